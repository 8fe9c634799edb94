// Package words is what a till says, word by word: rupiah in Indonesian and
// English, and one sentence for each Saying. A word is a Unit, recorded once;
// here they only have an order. The package is pure and knows of sound nothing
// but where to breathe.
//
// Next room to visit: terminal/speaker/voice, which has the recordings.
package words
