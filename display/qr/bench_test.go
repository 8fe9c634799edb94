package qr

import (
	"image"
	"testing"

	"kasir/display/frame"
)

func BenchmarkMeasure(b *testing.B) {
	text := sample(273, 1)
	for b.Loop() {
		if _, err := Measure(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	text := sample(273, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(text, M); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRaster(b *testing.B) {
	for _, format := range []frame.Format{
		{Size: image.Pt(400, 300)},
		{Size: image.Pt(320, 240), Depth: frame.RGB565},
	} {
		b.Run(format.String(), func(b *testing.B) {
			f, code, plan := ready(b, format)
			b.ReportAllocs()
			for b.Loop() {
				if err := code.Draw(f, image.Pt(3, 0), plan); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTextToFrame is the whole way, nothing remembered.
func BenchmarkTextToFrame(b *testing.B) {
	text := sample(273, 1)
	f := frame.New(frame.Format{Size: image.Pt(400, 300)})
	for b.Loop() {
		v, err := Measure(text)
		if err != nil {
			b.Fatal(err)
		}
		plan, err := Fit(v, 300, 1)
		if err != nil {
			b.Fatal(err)
		}
		code, err := Encode(text, plan.Level)
		if err != nil {
			b.Fatal(err)
		}
		if err := code.Draw(f, image.Pt(3, 0), plan); err != nil {
			b.Fatal(err)
		}
	}
}

func ready(tb testing.TB, format frame.Format) (*frame.Frame, *Code, Plan) {
	tb.Helper()
	text := sample(273, 1)
	v, err := Measure(text)
	if err != nil {
		tb.Fatal(err)
	}
	plan, err := Fit(v, format.Size.Y, 1)
	if err != nil {
		tb.Fatal(err)
	}
	code, err := Encode(text, plan.Level)
	if err != nil {
		tb.Fatal(err)
	}
	return frame.New(format), code, plan
}

func TestRasterAllocatesNothing(t *testing.T) {
	for _, depth := range []frame.Depth{frame.Mono, frame.RGB565} {
		f, code, plan := ready(t, frame.Format{Size: image.Pt(400, 300), Depth: depth})
		n := testing.AllocsPerRun(20, func() {
			if err := code.Draw(f, image.Pt(5, 0), plan); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%v: %v allocations, want 0", depth, n)
		}
	}
}
