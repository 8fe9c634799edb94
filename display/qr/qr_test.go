package qr

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	skip2 "github.com/skip2/go-qrcode"

	"kasir/display/frame"
)

// sample is a text of n bytes shaped like a QRIS code, an invented merchant's.
func sample(n int, seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 7))
	var b strings.Builder
	b.WriteString("00020101021226660014COM.EXAMPLE.WWW01189360091400000000010215ID10200000000010303UMI")
	b.WriteString("51440014ID.CO.QRIS.WWW0215ID10200000000020303UMI520458145303360540525000")
	b.WriteString("5802ID5913Warung Bu Sri6007BANDUNG610540111")
	for b.Len() < n-8 {
		fmt.Fprintf(&b, "%c", "0123456789ABCDEF0123456789abcdef-"[rng.IntN(33)])
	}
	return b.String()[:n-8] + fmt.Sprintf("6304%04X", rng.IntN(1<<16))
}

func scan(t *testing.T, f *frame.Frame) string {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(f)
	if err != nil {
		t.Fatal(err)
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true}
	r, err := qrcode.NewQRCodeReader().Decode(bmp, hints)
	if err != nil {
		t.Fatalf("read code from %v: %v", f.Format, err)
	}
	return r.GetText()
}

func TestEveryDrawnCodeReadsBack(t *testing.T) {
	for n := 150; n <= 300; n += 15 {
		text := sample(n, uint64(n))
		v, err := Measure(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []frame.Format{
			{Size: image.Pt(300, 300)}, {Size: image.Pt(241, 243), Depth: frame.RGB565}, {Size: image.Pt(130, 130)},
		} {
			side := min(format.Size.X, format.Size.Y)
			plan, err := Fit(v, side, 1)
			if err != nil {
				t.Fatal(err)
			}
			code, err := Encode(text, plan.Level)
			if err != nil {
				t.Fatal(err)
			}
			f := frame.New(format)
			if err := code.Draw(f, image.Pt(side-plan.Side(), 0), plan); err != nil {
				t.Fatal(err)
			}
			if got := scan(t, f); got != text {
				t.Errorf("%d bytes on %v (%v): read %q, want %q", n, format, plan, got, text)
			}
		}
	}
}

// Draw works in runs and rows; this holds it against single modules, at every
// bit offset, and checks that nothing around it is touched.
func TestDrawMatchesModules(t *testing.T) {
	code, err := Encode("kasir", M)
	if err != nil {
		t.Fatal(err)
	}
	for _, depth := range []frame.Depth{frame.Mono, frame.RGB565} {
		for off := range 9 {
			for scale := 1; scale <= 4; scale++ {
				p := Plan{Version: code.Version, Level: code.Level, Quiet: 2, Scale: scale}
				at := image.Pt(off, off)
				f := frame.New(frame.Format{Size: image.Pt(120, 120), Depth: depth})
				f.Clear(frame.Red)
				want := frame.New(f.Format)
				want.Copy(f)
				for y := range p.Side() {
					for x := range p.Side() {
						ink := frame.White
						if code.Dark(x/scale-p.Quiet, y/scale-p.Quiet) {
							ink = frame.Black
						}
						want.SetPixel(at.X+x, at.Y+y, ink)
					}
				}
				if err := code.Draw(f, at, p); err != nil {
					t.Fatal(err)
				}
				if d := f.Diff(want); !d.Empty() {
					t.Fatalf("%v at %v scale %d: differs in %v", depth, at, scale, d)
				}
			}
		}
	}
}

func TestDrawRefusesWhatDoesNotFit(t *testing.T) {
	code, err := Encode("kasir", M)
	if err != nil {
		t.Fatal(err)
	}
	good := Plan{Version: code.Version, Level: M, Quiet: 4, Scale: 2}
	wrong := good
	wrong.Level = H
	for _, c := range []struct {
		at image.Point
		p  Plan
	}{{image.Pt(-1, 0), good}, {image.Pt(70, 0), good}, {image.Pt(0, 0), wrong}, {image.Pt(0, 0), Plan{}}} {
		f := frame.New(frame.Format{Size: image.Pt(100, 100)})
		if err := code.Draw(f, c.at, c.p); err == nil {
			t.Errorf("draw %v at %v: no error", c.p, c.at)
		}
		if !f.Equal(frame.New(f.Format)) {
			t.Errorf("draw %v at %v drew something", c.p, c.at)
		}
	}
}

func TestModulesAreTheEncoders(t *testing.T) {
	text := sample(273, 1)
	for l := L; l <= H; l++ {
		code, err := Encode(text, l)
		if err != nil {
			t.Fatal(err)
		}
		q, err := skip2.New(text, levels[l])
		if err != nil {
			t.Fatal(err)
		}
		q.DisableBorder = true
		rows := q.Bitmap()
		if code.Size != len(rows) || code.Version != q.VersionNumber {
			t.Fatalf("level %v: size %d version %d, want %d and %d", l, code.Size, code.Version, len(rows), q.VersionNumber)
		}
		for y := range rows {
			for x := range rows[y] {
				if code.Dark(x, y) != rows[y][x] {
					t.Fatalf("level %v: module %d,%d differs", l, x, y)
				}
			}
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	for _, c := range []struct {
		text  string
		level Level
	}{{"", M}, {strings.Repeat("a", MaxText+1), L}, {"x", 9}} {
		if _, err := Encode(c.text, c.level); err == nil {
			t.Errorf("%d bytes at level %d: no error", len(c.text), c.level)
		}
	}
	if _, err := Measure(""); err == nil {
		t.Error("measure nothing: no error")
	}
}

func TestPanicBecomesError(t *testing.T) {
	text := "secret"
	err := func() (err error) {
		defer recovered(&err)
		panic(text)
	}()
	if !errors.Is(err, errPanic) || strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want %v without the panic's words", err, errPanic)
	}
}

func TestEncoderRemembers(t *testing.T) {
	var e Encoder
	a, b := sample(200, 1), sample(200, 2)
	first, err := e.Encode(a, M)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := e.Encode(a, M); again != first {
		t.Error("same text and level: encoded again")
	}
	for _, c := range []struct {
		text  string
		level Level
	}{{b, M}, {a, M}, {a, Q}} {
		got, err := e.Encode(c.text, c.level)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Encode(c.text, c.level)
		if err != nil {
			t.Fatal(err)
		}
		if got.Level != want.Level || !bytes.Equal(got.dark, want.dark) {
			t.Errorf("level %v: not the code of that text", c.level)
		}
	}
	if _, err := e.Encode("", M); err == nil {
		t.Error("encode nothing: no error")
	}
}
