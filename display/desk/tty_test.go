package desk

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"kasir/display/frame"
)

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]")

// lines are what a window shows, without the escapes.
func lines(out string) []string {
	return strings.Split(strings.TrimSuffix(escapes.ReplaceAllString(out, ""), "\r\n"), "\r\n")
}

func cells(cols, rows int) func() (int, int) { return func() (int, int) { return cols, rows } }

func TestMonoPixelsAreQuarters(t *testing.T) {
	f := frame.New(frame.Format{Size: image.Pt(64, 64)})
	for _, p := range []image.Point{{0, 0}, {3, 0}, {4, 1}, {7, 1}} { // one dot a character: ▘ ▝ ▖ ▗
		f.SetPixel(p.X, p.Y, frame.Black)
	}
	f.Fill(image.Rect(8, 0, 10, 2), frame.Black)
	var out bytes.Buffer
	show(t, NewTTY(&out, f.Format.Size, cells(80, 50)), f)
	got := lines(out.String())
	if want := "▘▝▖▗█"; !strings.HasPrefix(got[0], want) {
		t.Errorf("first line %q, want %q", got[0], want)
	}
	if len(got) != 32 || utf8.RuneCountInString(got[0]) != 32 {
		t.Errorf("%d lines of %d characters, want 32 of 32", len(got), utf8.RuneCountInString(got[0]))
	}
}

func TestColourPixelsAreHalves(t *testing.T) {
	f := frame.New(frame.Format{Size: image.Pt(64, 64), Depth: frame.RGB565})
	f.Fill(image.Rect(0, 0, 64, 1), frame.Black)
	var out bytes.Buffer
	show(t, NewTTY(&out, f.Format.Size, cells(80, 50)), f)
	if want := "\x1b[38;2;0;0;0;48;2;255;255;255m" + strings.Repeat("▀", 64); !strings.Contains(out.String(), want) {
		t.Errorf("first line is not black over white: %q", out.String()[:200])
	}
	if got := lines(out.String()); len(got) != 32 {
		t.Errorf("%d lines, want 32", len(got))
	}
}

// A frame never takes more than the window, or it would scroll.
func TestFrameFitsAnyWindow(t *testing.T) {
	for _, depth := range []frame.Depth{frame.Mono, frame.RGB565} {
		for _, frameSize := range []image.Point{{400, 300}, {250, 122}, {240, 320}} {
			for _, window := range []image.Point{{80, 24}, {40, 60}, {200, 20}, {220, 100}, {1, 1}, {500, 400}} {
				f := frame.New(frame.Format{Size: frameSize, Depth: depth})
				f.Fill(image.Rect(20, 20, 120, 60), frame.Black)
				var out bytes.Buffer
				show(t, NewTTY(&out, frameSize, cells(window.X, window.Y)), f)
				got := lines(out.String())
				if len(got) > max(window.Y-1, 5) {
					t.Errorf("%v %v in %v: %d lines", depth, frameSize, window, len(got))
				}
				dark := false
				for _, l := range got {
					if n := utf8.RuneCountInString(l); n > max(window.X, 10) {
						t.Errorf("%v %v in %v: %d characters in a line", depth, frameSize, window, n)
					}
					dark = dark || strings.Trim(l, " \u2800") != ""
				}
				if !dark {
					t.Errorf("%v %v in %v: the dark box is lost", depth, frameSize, window)
				}
			}
		}
	}
}

func TestFramesGoOverEachOther(t *testing.T) {
	var out bytes.Buffer
	p := NewTTY(&out, size, cells(80, 60))
	show(t, p, picture(5, frame.Mono))
	first := out.String()
	if !strings.HasPrefix(first, escBegin+escClear) || !strings.HasSuffix(first, escEnd) {
		t.Errorf("first frame is not drawn from the corner of a clear window: %q", first[:30])
	}
	out.Reset()
	show(t, p, picture(9, frame.Mono))
	if strings.Contains(out.String(), escClear) {
		t.Error("a frame over another clears the window, which flickers")
	}
	if !strings.HasPrefix(out.String(), escBegin) {
		t.Error("a frame over another does not begin at the corner")
	}
	out.Reset()
	for range 2 {
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(out.String(), escCursor); got != 1 {
		t.Errorf("the cursor came back %d times, want once", got)
	}
}

func TestTTYErrors(t *testing.T) {
	f := picture(1, frame.Mono)
	r, w := io.Pipe()
	r.CloseWithError(os.ErrClosed)
	if err := NewTTY(w, size, cells(80, 24)).Show(t.Context(), f, frame.Full, f.Bounds()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("window gone: error %v, want %v", err, os.ErrClosed)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := NewTTY(io.Discard, size, nil).Show(ended, f, frame.Full, f.Bounds()); !errors.Is(err, context.Canceled) {
		t.Errorf("after its time: error %v, want %v", err, context.Canceled)
	}
}

func TestWindowThatIsNone(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, f := range []*os.File{nil, file} {
		if cols, rows := windowCells(f); cols != 80 || rows != 24 {
			t.Errorf("%dx%d, want 80x24", cols, rows)
		}
	}
}
