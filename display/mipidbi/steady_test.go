package mipidbi_test

import (
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/mipidbi"
	"kasir/display/mipidbi/emu"
)

// quiet is glass that swallows everything, so that only the driver is measured.
func quiet(t testing.TB, module string) (*mipidbi.Dev, *frame.Frame) {
	t.Helper()
	port := bus.NewPort("SPI0.0", 4096, func(_, _ []byte) error { return nil })
	d := open(t, module, 1, port, bus.NewPin("DC", 1), bus.NewPin("RST", 2), nil, nil)
	f := noise(d.Format(), 1)
	if err := d.Show(t.Context(), f, frame.Full, f.Bounds()); err != nil {
		t.Fatal(err)
	}
	return d, f
}

// change alters a few places, as an echo of a key does.
func change(f *frame.Frame, i int) {
	c := frame.Color(i * 7)
	f.Fill(image.Rect(20, 80, 220, 120), c)
	f.Fill(image.Rect(200, 10, 230, 20), c)
	f.Fill(image.Rect(0, 200, 320, 204), c)
}

func TestSteadyFramesAllocateNothing(t *testing.T) {
	d, f := quiet(t, "ili9341")
	ctx, i := t.Context(), 0
	if n := testing.AllocsPerRun(50, func() {
		i++
		change(f, i)
		if err := d.Show(ctx, f, frame.Partial, f.Bounds()); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a frame, want 0", n)
	}
}

func BenchmarkShow(b *testing.B) {
	for _, module := range []string{"ili9341", "st7796"} {
		d, f := quiet(b, module)
		other := noise(d.Format(), 2)
		b.Run(module+"/same", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = d.Show(b.Context(), f, frame.Partial, f.Bounds())
			}
		})
		b.Run(module+"/parts", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				change(f, i)
				_ = d.Show(b.Context(), f, frame.Partial, f.Bounds())
			}
		})
		b.Run(module+"/all", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, other = other, f
				_ = d.Show(b.Context(), f, frame.Partial, f.Bounds())
			}
		})
	}
}

// Draw is periph's: any picture, anywhere, in part.
func TestDrawIsPeriphs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := connect(t, "st7789-240x240", 3, nil)
		want := frame.New(k.dev.Format())
		src := image.NewRGBA(image.Rect(10, 10, 60, 60))
		for i := range src.Pix {
			src.Pix[i] = byte(i*31) | byte(i%4/3)*0xff
		}
		for _, at := range []image.Rectangle{image.Rect(0, 0, 50, 50), image.Rect(200, 220, 260, 260), image.Rect(-9, 30, 20, 70)} {
			draw.Draw(want, at, src, image.Pt(15, 12), draw.Src)
			if err := k.dev.Draw(at, src, image.Pt(15, 12)); err != nil {
				t.Fatal(err)
			}
			k.check(want)
		}
		whole := noise(k.dev.Format(), 4)
		if err := k.dev.Draw(k.dev.Bounds(), whole, image.Point{}); err != nil {
			t.Fatal(err)
		}
		k.check(whole)
		if got := k.dev.ColorModel().Convert(color.White); frame.Of(got) != frame.White {
			t.Errorf("white is %v", got)
		}
		if got := k.dev.String(); !strings.Contains(got, "st7789 240x240 on EMU0.0") {
			t.Errorf("it is called %q", got)
		}
		mono := frame.New(frame.Format{Size: image.Pt(240, 240)})
		before := k.emu.Stats()
		if err := k.dev.Show(t.Context(), mono, frame.Full, mono.Bounds()); err == nil || k.emu.Stats() != before {
			t.Errorf("a mono frame: error %v", err)
		}
	})
}

func TestBrightness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, noPWM := range []bool{false, true} {
			m := emu.Modules["ili9341"]
			m.NoPWM = noPWM
			p := emu.New(m, 0)
			d := open(t, "ili9341", 0, p.Port(), p.DC(), p.RST(), p.Backlight(), nil)
			want := func(percent int) {
				t.Helper()
				if noPWM && percent > 0 {
					percent = 100
				}
				if got := p.Brightness(); got != percent {
					t.Errorf("brightness %d, want %d", got, percent)
				}
			}
			if err := d.SetBrightness(40); err != nil {
				t.Fatal(err)
			}
			want(0) // nothing to see yet
			f := frame.New(d.Format())
			if err := d.Show(t.Context(), f, frame.Full, f.Bounds()); err != nil {
				t.Fatal(err)
			}
			want(40)
			for _, percent := range []int{100, 1, 0, 55} {
				if err := d.SetBrightness(percent); err != nil {
					t.Fatal(err)
				}
				want(percent)
			}
			if err := d.SetBrightness(-1); err == nil {
				t.Error("brightness -1: no error")
			}
			if err := d.Halt(); err != nil {
				t.Fatal(err)
			}
			want(0)
		}
	})
}

func TestGlassWithoutAResetPin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := emu.New(emu.Modules["st7789"], 1)
		k := &kit{t: t, emu: p, name: "no reset", dev: open(t, "st7789", 1, p.Port(), p.DC(), nil, nil, nil)}
		_ = p.Backlight().Out(gpio.High)
		if err := k.dev.Halt(); err != nil {
			t.Fatal(err)
		}
		f := noise(k.dev.Format(), 1)
		k.show(f, frame.Full)
		k.check(f)
	})
}

func TestOptionsAreChecked(t *testing.T) {
	at := image.Pt(10, 0)
	for _, c := range []struct {
		o  mipidbi.Opts
		ok bool
	}{
		{mipidbi.Opts{}, true},
		{mipidbi.Opts{Controller: mipidbi.ST7789, Size: image.Pt(172, 320), Mode: spi.Mode3, Retries: -1}, true},
		{mipidbi.Opts{Controller: mipidbi.ST7789, Size: image.Pt(200, 200)}, false},
		{mipidbi.Opts{Controller: mipidbi.ST7789, Size: image.Pt(200, 200), At: &at}, true},
		{mipidbi.Opts{At: &at}, false},
		{mipidbi.Opts{Size: image.Pt(170, 320)}, false},
		{mipidbi.Opts{Size: image.Pt(20, 20), At: &at}, false},
		{mipidbi.Opts{Controller: 9}, false},
		{mipidbi.Opts{Rotation: 4}, false},
		{mipidbi.Opts{Freq: physic.KiloHertz}, false},
		{mipidbi.Opts{Mode: spi.Mode1}, false},
		{mipidbi.Opts{Brightness: 101}, false},
		{mipidbi.Opts{Retries: 6}, false},
		{mipidbi.Opts{BGR: 3}, false},
		{mipidbi.Opts{PWM: -1}, false},
	} {
		p := emu.New(emu.Modules["ili9341"], 0)
		_, err := mipidbi.New(p.Port(), p.DC(), p.RST(), nil, &c.o)
		if (err == nil) != c.ok {
			t.Errorf("%+v: error %v, want ok=%v", c.o, err, c.ok)
		}
	}
	p := emu.New(emu.Modules["ili9341"], 0)
	if _, err := mipidbi.New(p.Port(), p.DC(), gpio.INVALID, nil, nil); err == nil {
		t.Error("an invalid reset pin: no error")
	}
	if _, err := mipidbi.New(nil, p.DC(), p.RST(), nil, nil); err == nil {
		t.Error("no port: no error")
	}
}
