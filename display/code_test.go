package display

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kasir/display/frame"
	"kasir/display/qr"
	"kasir/terminal"
)

// payload is shaped like a payment code of n characters.
func payload(n int) string {
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	head := sampleQR[:120]
	tail := make([]byte, n-len(head))
	for i := range tail {
		tail[i] = "0123456789ABCDEF0123456789-abcdef"[rng.IntN(33)]
	}
	return head + string(tail)
}

func offerOf(text string) terminal.View {
	return terminal.View{
		Screen: terminal.Offering{Order: order, Amount: 25_000, QR: text, Left: 14 * time.Minute},
		Strip:  terminal.Strip{Merchant: "Warung Bu Sri", Online: true, Sandbox: true},
	}
}

// What is on the glass has to read back as exactly the text, by readers that
// are not ours. The frame is read whole: nothing else on it may confuse them.
func TestCodesOnTheGlassReadBack(t *testing.T) {
	zbar, _ := exec.LookPath("zbarimg")
	if zbar == "" {
		t.Log("zbarimg is not installed; only gozxing reads")
	}
	for at, format := range glasses {
		t.Run(format.String(), func(t *testing.T) {
			t.Parallel()
			r := renderer(t, format)
			f := frame.New(format)
			read := 0
			lengths := some([]int{150, 190, 230, len(sampleQR), 300}, at, 3)
			for _, n := range lengths {
				want := payload(n)
				if n == len(sampleQR) {
					want = sampleQR
				}
				view := offerOf(want)
				sheet, err := r.lay(view)
				if err != nil {
					t.Fatal(err)
				}
				if sheet.plan.Scale < 2 {
					continue // there is a picture, but phones would not read it
				}
				if err := r.Render(f, view); err != nil {
					t.Fatal(err)
				}
				if got := readPure(t, f, sheet); got != want {
					t.Errorf("%d characters (%v): gozxing reads %q, want %q", n, sheet.plan, got, want)
				}
				if got := readZbar(t, zbar, f); zbar != "" && got != want {
					t.Errorf("%d characters (%v): zbarimg reads %q, want %q", n, sheet.plan, got, want)
				}
				read++
			}
			if read < min(3, len(lengths)-1) {
				t.Errorf("%d codes could be read, want 3 at least of %v", read, lengths)
			}
		})
	}
}

// readPure reads the code's own square.
func readPure(t *testing.T, f *frame.Frame, s *sheet) string {
	t.Helper()
	side := s.plan.Side()
	m := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			m.Set(x, y, f.At(s.at.X+x, s.at.Y+y))
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(m)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatalf("%v: gozxing: %v", s.plan, err)
	}
	return result.GetText()
}

// readZbar reads the whole frame, three times as large.
func readZbar(t *testing.T, zbar string, f *frame.Frame) string {
	t.Helper()
	if zbar == "" {
		return ""
	}
	const times = 3
	m := image.NewPaletted(image.Rectangle{Max: f.Format.Size.Mul(times)}, color.Palette{color.Black, color.White})
	for y := range m.Rect.Max.Y {
		for x := range m.Rect.Max.X {
			if f.Pixel(x/times, y/times).Light() {
				m.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), zbar, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", "-")
	cmd.Stdin = &b
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%v: zbarimg: %v", f.Format, err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func TestCodeThatDoesNotFitIsSaid(t *testing.T) {
	format := frame.Format{Size: image.Pt(250, 122), Pitch: .194}
	r := renderer(t, format)
	f := frame.New(format)
	huge := offerOf(payload(900))
	err := r.Render(f, huge)
	if !errors.Is(err, qr.ErrTooSmall) {
		t.Errorf("render 900 characters on %v: error %v, want %v", format, err, qr.ErrTooSmall)
	}
	if err != nil && strings.Contains(err.Error(), "0002010102") {
		t.Errorf("the error tells the payment text: %v", err)
	}
	want := frame.New(format)
	s := r.layout.page(tooLarge(compose(huge), &indonesian), stripOf(huge, &indonesian))
	s.paint(want)
	if d := f.Diff(want); !d.Empty() {
		t.Errorf("the picture is not the words for it, in %v", d)
	}
	if err := r.Render(f, offerOf("")); err == nil {
		t.Error("no text at all: no error")
	}
}

func TestGlassIsRefusedWhenItIsChosen(t *testing.T) {
	for _, c := range []struct {
		format frame.Format
		ok     bool
		small  bool
	}{
		{frame.Format{Size: image.Pt(400, 300), Pitch: .212}, true, false},
		{frame.Format{Size: image.Pt(250, 122), Pitch: .194}, true, false},
		{frame.Format{Size: image.Pt(320, 240), Pitch: .18, Depth: frame.RGB565}, true, false},
		{frame.Format{Size: image.Pt(240, 240), Pitch: .0975, Depth: frame.RGB565}, false, true},
		{frame.Format{Size: image.Pt(122, 250)}, false, false},
		{frame.Format{Size: image.Pt(0, 0)}, false, false},
	} {
		_, err := NewRenderer(c.format)
		if (err == nil) != c.ok || errors.Is(err, qr.ErrTooSmall) != c.small {
			t.Errorf("%v pitch %g: error %v, want ok=%v too small=%v", c.format, c.format.Pitch, err, c.ok, c.small)
		}
	}
}

func TestRenderIsPure(t *testing.T) {
	t.Parallel()
	for at, format := range glasses[1:] {
		one, two := renderer(t, format), renderer(t, format)
		a, b := frame.New(format), frame.New(format)
		all := some(shots(terminal.English), at, 5)
		for i := range all {
			// Another order, and on a frame that is not blank.
			if err := two.Render(b, all[len(all)-1-i].view); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range all {
			if err := one.Render(a, s.view); err != nil {
				t.Fatal(err)
			}
			if err := two.Render(b, s.view); err != nil {
				t.Fatal(err)
			}
			if d := a.Diff(b); !d.Empty() {
				t.Errorf("%v %s: differs in %v by what was drawn before", format, s.name, d)
			}
		}
	}
	other := frame.New(frame.Format{Size: image.Pt(300, 200)})
	if err := renderer(t, glasses[0]).Render(other, shots(terminal.English)[0].view); err == nil {
		t.Error("render on a frame of another format: no error")
	}
}

func BenchmarkRender(b *testing.B) {
	for _, format := range glasses {
		for _, s := range shots(terminal.Indonesian) {
			switch s.name {
			case "entering", "offering", "thanks", "unsure-countdown":
				b.Run(fmt.Sprintf("%v/%s", format, s.name), func(b *testing.B) {
					r, f := renderer(b, format), frame.New(format)
					b.ReportAllocs()
					for b.Loop() {
						if err := r.Render(f, s.view); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
