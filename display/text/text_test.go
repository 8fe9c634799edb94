package text

import (
	"image"
	"slices"
	"strings"
	"testing"

	"kasir/display/frame"
)

const everything = "Rp 10.000.000 BELUM PASTI — JANGAN TAGIH ULANG Å@jgpqy_|(){} “QR” … #0042 + ± 00:15 f/W-Wij"

func canvas(w, h int, d frame.Depth) *frame.Frame {
	return frame.New(frame.Format{Size: image.Pt(max(w, 64), max(h, 64)), Depth: d})
}

// ink is the smallest rectangle around all that is not white.
func ink(f *frame.Frame) image.Rectangle {
	var r image.Rectangle
	for y := range f.Format.Size.Y {
		for x := range f.Format.Size.X {
			if f.Pixel(x, y) != frame.White {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

func TestInkStaysInItsBox(t *testing.T) {
	set := NewSet()
	for _, d := range []frame.Depth{frame.Mono, frame.RGB565} {
		for _, w := range []Weight{Regular, Bold} {
			for _, px := range Sizes[:13] {
				f := set.Face(w, px)
				if f.Px != px {
					t.Fatalf("face of %d px is %d px", px, f.Px)
				}
				for _, s := range []string{"j", "f", "W", "Rp 10.000.000", "gjpqy_|@", "(,;)#"} {
					at := image.Pt(20, 15)
					c := canvas(f.Width(s)+40, f.Height()+40, d)
					f.Draw(c, at, s, frame.Black)
					box := image.Rectangle{Min: at, Max: at.Add(image.Pt(f.Width(s), f.Height()))}
					got := ink(c)
					if got.Max.Y > at.Y+f.Rise()+f.Depth(s) {
						t.Errorf("%d px %q: ink down to %d, want %d", px, s, got.Max.Y, at.Y+f.Rise()+f.Depth(s))
					}
					if got.Empty() || !got.In(box) {
						t.Errorf("%v %d px weight %d %q: ink in %v, want in %v", d, px, w, s, got, box)
					}
				}
			}
		}
	}
}

func TestHeightFollowsSize(t *testing.T) {
	set := NewSet()
	last := 0
	for _, px := range Sizes {
		h := set.Face(Bold, px).Height()
		if h <= last || h > px*5/4 {
			t.Errorf("%d px: lines are %d high after %d, want more and at most %d", px, h, last, px*5/4)
		}
		last = h
	}
}

func TestMonoHasNoBetween(t *testing.T) {
	set := NewSet()
	mono, colour := canvas(300, 60, frame.Mono), canvas(300, 60, frame.RGB565)
	set.Face(Bold, 40).Draw(mono, image.Pt(0, 0), "Rp 25.000", frame.Black)
	set.Face(Bold, 40).Draw(colour, image.Pt(0, 0), "Rp 25.000", frame.Black)
	grey := 0
	for y := range 60 {
		for x := range 300 {
			c := colour.Pixel(x, y)
			if c != frame.Black && c != frame.White {
				grey++
			} else if mono.Pixel(x, y) != c {
				t.Fatalf("pixel %d,%d is %v on mono and %v in colour", x, y, mono.Pixel(x, y), c)
			}
		}
	}
	if grey == 0 {
		t.Error("colour text has no soft edge")
	}
}

func TestSmallPrintReplacesWhatItLacks(t *testing.T) {
	f := NewSet().Face(Regular, 1)
	for s, want := range map[string]string{
		"Mengecek…": "Mengecek...", "A — B": "A - B", "Rp\u00a05": "Rp 5", "a\nb\tc": "a b c", "a\u200bb": "ab",
	} {
		if got := f.runes(s); got != want {
			t.Errorf("%q is set as %q, want %q", s, got, want)
		}
	}
	if got, want := f.Width("日本"), 2*f.Width("?"); got != want {
		t.Errorf("two characters it does not have are %d wide, want %d", got, want)
	}
}

func TestBoldSmallPrintIsHeavier(t *testing.T) {
	set := NewSet()
	count := func(w Weight) (n int) {
		c := canvas(100, 64, frame.Mono)
		set.Face(w, 13).Draw(c, image.Point{}, "LUNAS", frame.Black)
		for y := range 64 {
			for x := range 100 {
				if !c.Pixel(x, y).Light() {
					n++
				}
			}
		}
		return n
	}
	if r, b := count(Regular), count(Bold); b <= r*5/4 {
		t.Errorf("bold has %d px of ink and regular %d", b, r)
	}
}

func TestFit(t *testing.T) {
	set := NewSet()
	for _, width := range []int{60, 110, 294, 700} {
		f := set.Fit(Bold, "Rp 10.000.000", width, 1000, 0, 1000)
		if width == 60 {
			if f != nil {
				t.Errorf("%d px: fits at %d px", width, f.Px)
			}
			continue
		}
		if f == nil || f.Width("Rp 10.000.000") > width {
			t.Fatalf("%d px: got %+v", width, f)
		}
		i := slices.Index(Sizes[:], f.Px)
		if next := set.Face(Bold, Sizes[i+1]); next.Width("Rp 10.000.000") <= width {
			t.Errorf("%d px: chose %d px, %d px fits as well", width, f.Px, next.Px)
		}
	}
	if f := set.Fit(Bold, "x", 1000, 20, 0, 1000); f == nil || f.Height() > 20 {
		t.Errorf("20 px high: got %+v", f)
	}
	if f := set.Fit(Bold, "x", 1000, 1000, 14, 30); f == nil || f.Px != 28 {
		t.Errorf("between 14 and 30 px: got %+v, want 28", f)
	}
}

func TestWrap(t *testing.T) {
	f := NewSet().Face(Regular, 20)
	for _, width := range []int{60, 90, 150, 400} {
		lines := f.Wrap(everything, width)
		for _, l := range lines {
			if f.Width(l) > width || l == "" || strings.TrimSpace(l) != l {
				t.Errorf("%d px: line %q is %d wide", width, l, f.Width(l))
			}
		}
		join := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := join(strings.Join(lines, "")); got != join(everything) {
			t.Errorf("%d px: wrapped to %q", width, got)
		}
	}
	for s, want := range map[string][]string{
		"":                     nil,
		"  satu  dua ":         {"satu dua"},
		"bayar Rp\u00a025.000": {"bayar", "Rp\u00a025.000"},
	} {
		if got := f.Wrap(s, 99); !slices.Equal(got, want) {
			t.Errorf("%q wraps to %q, want %q", s, got, want)
		}
	}
	broken := f.Wrap("ab\xff\xfecd", 1)
	if got := strings.Join(broken, ""); got != "ab\xff\xfecd" {
		t.Errorf("bytes that are not UTF-8 wrap to %q", got)
	}
}

func TestBalance(t *testing.T) {
	f := NewSet().Face(Regular, 20)
	longest := func(lines []string) (w int) {
		for _, l := range lines {
			w = max(w, f.Width(l))
		}
		return w
	}
	for _, width := range []int{160, 200, 300, 500} {
		wrapped, got := f.Wrap(everything, width), f.Balance(everything, width)
		if len(got) != len(wrapped) || longest(got) > longest(wrapped) {
			t.Errorf("%d px: %d lines of %d px, want %d of at most %d", width, len(got), longest(got), len(wrapped), longest(wrapped))
		}
		if strings.Join(got, " ") != strings.Join(wrapped, " ") {
			t.Errorf("%d px: words changed: %q", width, got)
		}
	}
	if got, want := f.Balance("satu dua tiga empat", 150), []string{"satu dua", "tiga empat"}; !slices.Equal(got, want) {
		t.Errorf("balanced: %q, want %q", got, want)
	}
}

func TestShorten(t *testing.T) {
	f := NewSet().Face(Bold, 20)
	name := strings.Repeat("W", 25)
	for width := 5; width < 500; width += 11 {
		got := f.Shorten(name, width)
		if f.Width(got) > width {
			t.Errorf("%d px: %q is %d wide", width, got, f.Width(got))
		}
		if got != name && got != "" && !strings.HasSuffix(got, "…") {
			t.Errorf("%d px: %q does not say that it is shortened", width, got)
		}
	}
	if got := f.Shorten("Bu Sri", 200); got != "Bu Sri" {
		t.Errorf("what fits becomes %q", got)
	}
}
