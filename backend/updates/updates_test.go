package updates

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func put(t *testing.T, dir, name, text string, age time.Duration) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
		t.Fatal(err)
	}
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func shelf(t *testing.T) (*Shelf, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := New(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestNewest(t *testing.T) {
	s, dir := shelf(t)
	if _, err := s.Newest("pi3"); !errors.Is(err, ErrNone) {
		t.Errorf("an empty shelf: got %v, want %v", err, ErrNone)
	}
	put(t, dir, "kasir-pi3-20261120T000000Z-v9.raucb", "older", time.Hour)
	put(t, dir, "kasir-pi3-20261121T000000Z-v1.raucb", "newer", time.Hour)
	put(t, dir, "kasir-pi3-20261122T000000Z.raucb", "being copied", time.Second)
	put(t, dir, "kasir-pi3-20261123T000000Z.raucb", "", time.Hour)
	put(t, dir, "kasir-pi4-20261124T000000Z.raucb", "another board", time.Hour)
	put(t, dir, "kasir-pi3-latest.raucb", "no version", time.Hour)
	put(t, dir, "kasir-pi3-20261125T000000Z.raucb.part", "no bundle", time.Hour)
	if err := os.Mkdir(filepath.Join(dir, "kasir-pi3-20261126T000000Z.raucb"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "kasir-pi3-20261126T000000Z.raucb"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	got, err := s.Newest("pi3")
	if err != nil || got.Version != "20261121T000000Z-v1" || got.SHA256 != sumOf("newer") || got.Size != 5 || got.Board != "pi3" {
		t.Errorf("got %+v, %v", got, err)
	}
	// What is overwritten is read again, and what is removed is withdrawn.
	put(t, dir, "kasir-pi3-20261121T000000Z-v1.raucb", "changed", time.Minute)
	if got, err = s.Newest("pi3"); err != nil || got.SHA256 != sumOf("changed") {
		t.Errorf("overwritten: got %+v, %v", got, err)
	}
	if err := os.Remove(filepath.Join(dir, "kasir-pi3-20261121T000000Z-v1.raucb")); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Newest("pi3"); err != nil || got.Version != "20261120T000000Z-v9" {
		t.Errorf("withdrawn: got %+v, %v", got, err)
	}
}

func TestOpen(t *testing.T) {
	s, dir := shelf(t)
	put(t, dir, "kasir-pi3-20261120T000000Z.raucb", "older", time.Hour)
	put(t, dir, "kasir-pi3-20261121T000000Z.raucb", "newer", time.Hour)
	// A device that began with the older one may end with it.
	for _, text := range []string{"older", "newer"} {
		f, err := s.Open("pi3", sumOf(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(got) != text {
			t.Errorf("got %q, %v, want %q", got, err, text)
		}
	}
	for what, ask := range map[string][2]string{"another board": {"pi4", sumOf("newer")}, "another sum": {"pi3", sumOf("x")}, "a path": {"pi3", "../kasir"}} {
		if _, err := s.Open(ask[0], ask[1]); !errors.Is(err, ErrNone) {
			t.Errorf("%s: got %v, want %v", what, err, ErrNone)
		}
	}
}

func TestNew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, file + ".none"} {
		if s, err := New(dir); err == nil {
			t.Errorf("%s: got %v, want an error", dir, s)
		}
	}
}
