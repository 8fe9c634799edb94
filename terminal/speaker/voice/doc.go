// Package voice is a language's words as sound: a WAV file of IMA ADPCM, with a
// label at the beginning of each word, which any program for sound can play and
// show. Say joins words to a sentence. It knows no sale and no speaker.
//
// The files are id.wav and en.wav in the directory recorded; a device has them
// beside its program, not within it. Next rooms to visit: terminal/speaker/words,
// which decides what is said, and terminal/speaker/voice/recorded.
package voice
