package display

import (
	"fmt"
	"image"
	"path/filepath"
	"testing"

	"kasir/display/frame"
	"kasir/terminal"
)

var small = frame.Format{Size: image.Pt(128, 64)}

// TestCashierPictures: every screen has something to say on the smallest glass,
// and the money is never left out or cut short.
func TestCashierPictures(t *testing.T) {
	r, err := NewCashierRenderer(small)
	if err != nil {
		t.Fatal(err)
	}
	f := frame.New(small)
	for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		for _, s := range some(append(shots(lang), worst(lang)...), int(lang), 4) {
			sheet, err := r.lay(s.view)
			if err != nil || sheet.code != nil || len(sheet.items) == 0 {
				t.Errorf("%s: %d items, %v", s.name, len(sheet.items), err)
			}
			p := compose(s.view)
			if sheet.cut && p.list == nil {
				t.Errorf("%s %s: cut short", langName(lang), s.name)
			}
			checkBoxes(t, s.name, sheet, small)
			if lang == terminal.Indonesian {
				if err := r.Render(f, s.view); err != nil {
					t.Errorf("%s: %v", s.name, err)
				}
			}
		}
	}
	for _, s := range some(shots(terminal.Indonesian), 2, 4) {
		if err := r.Render(f, s.view); err != nil {
			t.Fatal(err)
		}
		checkGolden(t, f, filepath.Join("testdata", "golden", fmt.Sprintf("cashier-%dx%d-id", small.Size.X, small.Size.Y), s.name+".png"))
	}
}

func TestCashierGlassHasALeastSize(t *testing.T) {
	for _, size := range []image.Point{{64, 64}, {128, 32}, {5, 5}} {
		if _, err := NewCashierRenderer(frame.Format{Size: size}); err == nil {
			t.Errorf("%v is no error", size)
		}
	}
}
