package desk

import (
	"bytes"
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kasir/display/frame"
)

var size = image.Pt(100, 80)

// picture is a frame with a dark square of n pixels.
func picture(n int, depth frame.Depth) *frame.Frame {
	f := frame.New(frame.Format{Size: size, Depth: depth})
	f.Fill(image.Rect(0, 0, n, n), frame.Red)
	return f
}

func png(t *testing.T, f *frame.Frame) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.WritePNG(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func show(t *testing.T, p frame.Panel, f *frame.Frame) {
	t.Helper()
	if err := p.Show(t.Context(), f, frame.Full, f.Bounds()); err != nil {
		t.Fatalf("show on %v: %v", p, err)
	}
}

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestPNGsAreNumberedFromOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "frames")
	p, err := NewPNGs(dir, size)
	if err != nil {
		t.Fatal(err)
	}
	if p.Bounds().Max != size {
		t.Errorf("bounds %v, want %v", p.Bounds(), size)
	}
	for _, n := range []int{3, 4, 4, 5} { // the same twice is one frame
		show(t, p, picture(n, frame.Mono))
	}
	if got, want := names(t, dir), []string{"0001.png", "0002.png", "0003.png", "latest.png"}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	for name, n := range map[string]int{"0001.png": 3, "0002.png": 4, "0003.png": 5, "latest.png": 5} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, png(t, picture(n, frame.Mono))) {
			t.Errorf("%s is not frame %d", name, n)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestPNGsGoOnAfterARestart(t *testing.T) {
	for _, c := range []struct {
		there []string
		want  string
	}{
		{nil, "0001.png"},
		{[]string{"0007.png", "0002.png", "latest.png", "notes.txt"}, "0008.png"},
		{[]string{"9999.png"}, "10000.png"},
		{[]string{"-5.png", "x.png", "0003.jpg"}, "0001.png"},
	} {
		dir := t.TempDir()
		for _, name := range c.there {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		p, err := NewPNGs(dir, size)
		if err != nil {
			t.Fatal(err)
		}
		show(t, p, picture(1, frame.RGB565))
		if _, err := os.Stat(filepath.Join(dir, c.want)); err != nil {
			t.Errorf("with %v there: %v", c.there, err)
		}
	}
}

func TestPNGsThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := NewPNGs(filepath.Join(file, "in"), size); err == nil {
		t.Error("folder inside a file: no error")
	}
	p, err := NewPNGs(filepath.Join(dir, "frames"), size)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "frames")); err != nil {
		t.Fatal(err)
	}
	f := picture(1, frame.Mono)
	if err := p.Show(t.Context(), f, frame.Full, f.Bounds()); err == nil {
		t.Error("folder gone: no error")
	}
	if err := os.Mkdir(filepath.Join(dir, "frames"), 0o755); err != nil {
		t.Fatal(err)
	}
	show(t, p, f) // the number was not used up
	if got, want := names(t, filepath.Join(dir, "frames")), []string{"0001.png", "latest.png"}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Show(ended, picture(2, frame.Mono), frame.Full, f.Bounds()); !errors.Is(err, context.Canceled) {
		t.Errorf("after its time: error %v, want %v", err, context.Canceled)
	}
}
