package main

import (
	"bytes"
	"image"
	"os"
	"path/filepath"
	"testing"

	"kasir/display"
	"kasir/display/frame"
	"kasir/display/story"
	"kasir/terminal"
)

// racing is whether the race detector looks at every access, which has nothing to
// find where one goroutine draws.
var racing bool

// The table in the guide is the one that this program makes; under the race
// detector its line for one small glass.
func TestLegibleTable(t *testing.T) {
	path := filepath.Join("guide", "legible.md")
	got, err := os.ReadFile(path)
	if racing {
		line, lineErr := legibleOn(glasses[4].Name, glasses[4].format)
		if err != nil || lineErr != nil || !bytes.Contains(got, []byte(line)) {
			t.Errorf("%s does not have the line %q: %v, %v", path, line, err, lineErr)
		}
		return
	}
	want, madeErr := legible()
	if madeErr != nil {
		t.Fatal(madeErr)
	}
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what is made now (%v): go run ./cmd/kasir-screens -legible -o cmd/kasir-screens/%s\n%s", path, err, path, want)
	}
}

// No text is fainter than ordinary text may be, on colour.
func TestContrast(t *testing.T) {
	r, err := display.NewRenderer(frame.Format{Size: image.Pt(320, 240), Depth: frame.RGB565, Pitch: .18})
	if err != nil {
		t.Fatal(err)
	}
	f := frame.New(r.Format())
	for i, s := range story.Shots(terminal.Indonesian) {
		if racing && i%8 != 0 {
			continue
		}
		l, err := r.Legible(f, s.View)
		if err != nil {
			t.Fatal(err)
		}
		if l.Contrast < leastContrast {
			t.Errorf("%s has text with a contrast of %.1f, want %g", s.Name, l.Contrast, leastContrast)
		}
		if l.Smallest < 7 || l.State < l.Smallest || l.Amount > l.State {
			t.Errorf("%s: %+v", s.Name, l)
		}
	}
}
