package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/terminal"
	"kasir/terminal/speaker"
	"kasir/terminal/speaker/voice"
	"kasir/terminal/speaker/words"
)

func tone(hz float64, rate, n int, loud float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = loud * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
	}
	return out
}

// What a lower rate has room for stays as it is; what it has none for goes away
// and does not come back as another pitch.
func TestResample(t *testing.T) {
	for _, c := range []struct{ hz, want float64 }{{300, .5}, {3000, .5}, {6500, .5}, {9500, 0}} {
		out := resample(tone(c.hz, 22050, 22050, .5), 22050, 16000)
		if got, want := len(out), 16000; got != want {
			t.Fatalf("%d samples, want %d", got, want)
		}
		sum := 0.0
		for _, v := range out[100 : len(out)-100] {
			sum += v * v
		}
		if got := math.Sqrt(2 * sum / float64(len(out)-200)); math.Abs(got-c.want) > .03 {
			t.Errorf("%.0f Hz comes out %.3f high, want %.1f", c.hz, got, c.want)
		}
	}
}

// A word becomes as loud as all others, without the silence around it.
func TestFinish(t *testing.T) {
	still := make([]float64, 4000)
	for _, loud := range []float64{.05, .3, .9} {
		word := append(append(still[:len(still):len(still)], tone(200, voice.Rate, 6000, loud)...), still...)
		out, err := finish(word)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(out); n < 6000 || n > 6400 {
			t.Errorf("%.2f: %d samples are left of 6000", loud, n)
		}
		top := 0.0
		for _, v := range out {
			top = max(top, math.Abs(float64(v))/32768)
		}
		if want := level * math.Sqrt2; math.Abs(top-want) > .02 {
			t.Errorf("%.2f: as high as %.3f, want %.3f", loud, top, want)
		}
	}
	if _, err := finish(still); err == nil {
		t.Error("silence is a word")
	}
	if got := soften(9); got > peak {
		t.Errorf("a peak of 9 is bent to %.2f", got)
	}
}

// An engine that hums for every word makes both files; one that fails is named.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	hum := filepath.Join(dir, "hum.wav")
	if err := os.WriteFile(hum, speaker.WAV(speaker.Pattern(terminal.ToneReady)), 0o600); err != nil {
		t.Fatal(err)
	}
	engine := filepath.Join(dir, "engine")
	write := func(script string) {
		t.Helper()
		if err := os.WriteFile(engine, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write("cat " + hum)
	var out, wrong bytes.Buffer
	if code := run([]string{"-o", dir, "-engine", engine}, &out, &wrong); code != 0 {
		t.Fatalf("ended with %d: %s", code, wrong.String())
	}
	s, err := voice.Open(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Say(terminal.English, words.Sentence(terminal.English, terminal.SayPaid, 25_000, false)); len(got) < voice.Rate*3/4 {
		t.Errorf("five words and a breath have %d samples", len(got))
	}
	for script, want := range map[string]string{"exit 3": "package espeak-ng", "echo hello": "not 16-bit PCM"} {
		write(script)
		wrong.Reset()
		if code := run([]string{"-o", dir, "-engine", engine}, &out, &wrong); code != 1 || !strings.Contains(wrong.String(), want) {
			t.Errorf("%s: ended with %d: %q, want %q", script, code, wrong.String(), want)
		}
	}
	if code := run([]string{"-x"}, &out, &wrong); code != 2 {
		t.Errorf("misuse ended with %d", code)
	}
}
