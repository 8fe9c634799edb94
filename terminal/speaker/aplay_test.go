package speaker

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/terminal"
)

// fakeAplay puts a shell script in the place of aplay, in a directory of its own.
func fakeAplay(t *testing.T, script string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	script = "#!/bin/sh\ncd " + dir + "\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(dir, "aplay"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir
}

// soon is a file's text once it is not empty.
func soon(t *testing.T, path string) []byte {
	t.Helper()
	for range 1000 {
		if b, err := os.ReadFile(path); err == nil && len(b) > 0 {
			return b
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s was not written", path)
	return nil
}

func TestALSA(t *testing.T) {
	dir := fakeAplay(t, `echo "$@" > args; cat > part && mv part tone.wav`)
	p, err := NewALSA(ALSAOpts{Device: "plughw:1,0", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	go p.Run(t.Context())
	p.Play(terminal.Sound{Tone: terminal.ToneKey}, terminal.Indonesian)
	p.Play(terminal.Sound{Tone: terminal.TonePaid}, terminal.Indonesian)
	if got := soon(t, filepath.Join(dir, "tone.wav")); !bytes.Equal(got, WAV(Pattern(terminal.TonePaid))) {
		t.Errorf("%d bytes were played, and they are not paid", len(got))
	}
	if got, want := string(soon(t, filepath.Join(dir, "args"))), "-q -t wav -D plughw:1,0 -\n"; got != want {
		t.Errorf("called with %q, want %q", got, want)
	}
}

// An aplay that fails is quoted; one that never ends is killed with its tone.
func TestALSAFails(t *testing.T) {
	fakeAplay(t, `echo "no such card" >&2; exit 1`)
	a := aplay{path: "aplay"}
	err := a.play(t.Context(), Samples(Pattern(terminal.TonePaid)), terminal.Loud)
	if err == nil || !strings.Contains(err.Error(), "no such card") {
		t.Errorf("got %v, want what aplay said", err)
	}

	dir := fakeAplay(t, `echo on > started; exec sleep 60`)
	ctx, cut := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- a.play(ctx, Samples(Pattern(terminal.TonePaid)), terminal.Loud) }()
	soon(t, filepath.Join(dir, "started"))
	cut()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a tone that was cut was played")
		}
	case <-time.After(5 * time.Second):
		t.Error("still playing 5 s after it was cut")
	}
}

func TestALSAWithoutAplay(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := NewALSA(ALSAOpts{}); err == nil || !strings.Contains(err.Error(), "alsa-utils") {
		t.Errorf("got %v, want the package that is missing", err)
	}
}
