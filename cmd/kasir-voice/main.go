// Program kasir-voice records the words of a till: espeak-ng says each of them
// alone, and what it said is cut, levelled and put into one file for each
// language. Its output is free of espeak-ng's own licence, as that of any
// program that is merely run. It is for developers, and never on a device; the
// files that it made are committed, and this is run again when a word changes.
// Next room to visit: terminal/speaker/voice, which has the files.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/voice"
	"kasir/terminal/speaker/words"
)

// speakers are espeak-ng's voices. A pitch above the usual carries better from
// a small box, and a slower pace over a shop's noise.
var speakers = []struct {
	lang terminal.Lang
	file string
	args []string
}{
	{terminal.Indonesian, "id.wav", []string{"-v", "id", "-s", "150", "-p", "60"}},
	{terminal.English, "en.wav", []string{"-v", "en-gb", "-s", "150", "-p", "60"}},
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program; it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("kasir-voice", flag.ContinueOnError)
	f.SetOutput(stderr)
	dir := f.String("o", "terminal/speaker/voice/recorded", "`directory` to write id.wav and en.wav to")
	engine := f.String("engine", "espeak-ng", "`program` that speaks as espeak-ng does")
	if err := f.Parse(args); err != nil {
		return 2
	}
	for _, s := range speakers {
		file := filepath.Join(*dir, s.file)
		n, err := record(file, *engine, s.args, words.Vocabulary(s.lang))
		if err != nil {
			fmt.Fprintln(stderr, "kasir-voice:", err)
			return 1
		}
		fmt.Fprintf(stdout, "%s: %d words, %d bytes\n", file, len(words.Vocabulary(s.lang)), n)
	}
	return 0
}

// record writes the file of one language.
func record(file, engine string, args []string, vocabulary []words.Unit) (size int, err error) {
	var all []voice.Recording
	for _, u := range vocabulary {
		pcm, err := speak(engine, args, u)
		if err != nil {
			return 0, fmt.Errorf("record %q: %w", u, err)
		}
		all = append(all, voice.Recording{Unit: u, PCM: pcm})
	}
	var b bytes.Buffer
	if err := voice.Write(&b, all); err != nil {
		return 0, err
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		return 0, fmt.Errorf("write %s: %w", file, err)
	}
	return b.Len(), nil
}

// speakWithin is how long a word may take; it takes milliseconds.
const speakWithin = 10 * time.Second

// speak is one word, ready for the file.
func speak(engine string, args []string, u words.Unit) ([]int16, error) {
	ctx, stop := context.WithTimeout(context.Background(), speakWithin)
	defer stop()
	text := string(u) + "," // the voice stays up: more will follow
	if words.Final(u) {
		text = string(u) + "."
	}
	if strings.HasSuffix(string(u), "teen") {
		args = append(args[:len(args):len(args)], "-s", "115") // fifteen must not pass for fifty
	}
	cmd := exec.CommandContext(ctx, engine, append(args[:len(args):len(args)], "--stdout", text)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run %s (package espeak-ng): %w", engine, err)
	}
	// Written to a pipe, its header does not know the length.
	if len(out) < 44 || string(out[:4]) != "RIFF" || string(out[36:40]) != "data" ||
		binary.LittleEndian.Uint16(out[20:]) != 1 || binary.LittleEndian.Uint16(out[22:]) != 1 || binary.LittleEndian.Uint16(out[34:]) != 16 {
		return nil, fmt.Errorf("read what %s said: it is not 16-bit PCM with one channel", engine)
	}
	pcm := make([]float64, (len(out)-44)/2)
	for i := range pcm {
		pcm[i] = float64(int16(binary.LittleEndian.Uint16(out[44+2*i:]))) / 32768
	}
	return finish(resample(pcm, int(binary.LittleEndian.Uint32(out[24:])), voice.Rate))
}
