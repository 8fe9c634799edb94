package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/display/desk"
	"kasir/terminal"
	"kasir/terminal/speaker"
	"kasir/terminal/speaker/voice"
	"kasir/terminal/speaker/voice/recorded"
	"kasir/terminal/speaker/words"
)

func TestOpenVoice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	var misuse *misuseError
	if _, err := openVoice(filepath.Join(dir, "none"), log); !errors.As(err, &misuse) || !strings.Contains(err.Error(), "-voice") {
		t.Errorf("a directory that is not there: %v", err)
	}
	if err := os.CopyFS(dir, recorded.Files); err != nil {
		t.Fatal(err)
	}
	if v, err := openVoice(dir, log); err != nil || v == (voice.Set{}) {
		t.Errorf("the recordings: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "en.wav"), []byte("noise"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openVoice(dir, log); !errors.As(err, &misuse) || !strings.Contains(err.Error(), "en.wav") {
		t.Errorf("a file that is none: %v", err)
	}
	if _, err := openVoice("", log); err != nil {
		t.Errorf("nobody asked for a voice: %v", err)
	}
	s, err := readSettings(with("-volume", "soft", "-voice", dir), nil)
	if err != nil || s.volume != terminal.Soft || s.voiceDir != dir {
		t.Errorf("volume %d, voice %q, %v", s.volume, s.voiceDir, err)
	}
	if _, err := readSettings(with("-volume", "shouting"), nil); err == nil || !strings.Contains(err.Error(), "loud, medium") {
		t.Errorf("a volume that is none: %v", err)
	}
}

// told is the next event of a name on a page's stream, into its data.
func told(t *testing.T, stream *bufio.Scanner, name string, into any) {
	t.Helper()
	for stream.Scan() {
		if stream.Text() != "event: "+name {
			continue
		}
		stream.Scan()
		if err := json.Unmarshal([]byte(strings.TrimPrefix(stream.Text(), "data: ")), into); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("the stream ended before %s: %v", name, stream.Err())
}

// TestPageTalks: a page hears the tone, and then fetches the sentence, in the
// language and at the volume that were wanted.
func TestPageTalks(t *testing.T) {
	t.Parallel()
	v, err := voice.Open(recorded.Files)
	if err != nil {
		t.Fatal(err)
	}
	w, err := desk.NewWeb(image.Pt(100, 80))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w)
	defer server.Close()
	defer w.Close()
	r, err := http.Get(server.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	stream := bufio.NewScanner(r.Body)
	var shown struct{ Version int }
	told(t, stream, "frame", &shown)

	log := slog.New(slog.DiscardHandler)
	crew := newCrew(t.Context(), log)
	s := (&till{log: log, voice: v}).pageSpeaker(crew, w)
	s.Play(terminal.Sound{Tone: terminal.TonePaid, Say: terminal.SayPaid, Order: "toko-1-00000001", Amount: 25_000, Volume: terminal.Medium}, terminal.English)
	var tone struct {
		Tone, LED string
		Loud      float64
	}
	if told(t, stream, "tone", &tone); tone.Tone != "paid" || tone.LED != "green" || tone.Loud != speaker.Gain(terminal.Medium) {
		t.Errorf("heard %+v", tone)
	}
	var said struct{ URL string }
	told(t, stream, "voice", &said)
	file, err := http.Get(server.URL + "/" + said.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Body.Close()
	got, err := io.ReadAll(file.Body)
	want := speaker.File(v.Say(terminal.English, words.Sentence(terminal.English, terminal.SayPaid, 25_000, false)), terminal.Medium)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("said %d bytes, %v; want %d", len(got), err, len(want))
	}
	if err := crew.dismiss(farewell); err != nil { // in the middle of the sentence
		t.Error(err)
	}
	if told(t, stream, "voice", &said); said.URL != "" {
		t.Errorf("it talks on after its end: %q", said.URL)
	}
}
