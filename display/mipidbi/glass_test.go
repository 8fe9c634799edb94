package mipidbi_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/spi"

	"kasir/display"
	"kasir/display/frame"
	"kasir/display/mipidbi"
	"kasir/display/mipidbi/emu"
	"kasir/terminal"
)

// kit is a driver with the glass that it is made for.
type kit struct {
	t    testing.TB
	dev  *mipidbi.Dev
	emu  *emu.Panel
	name string
}

// connect makes a kit; change may alter the options, nil does not.
func connect(t testing.TB, module string, turned int, change func(*mipidbi.Opts)) *kit {
	t.Helper()
	p := emu.New(emu.Modules[module], turned)
	return &kit{t: t, emu: p, name: module, dev: open(t, module, turned, p.Port(), p.DC(), p.RST(), p.Backlight(), change)}
}

func open(t testing.TB, module string, turned int, port spi.Port, dc, rst, bl gpio.PinOut, change func(*mipidbi.Opts)) *mipidbi.Dev {
	t.Helper()
	o, err := mipidbi.Module(module)
	if err != nil {
		t.Fatal(err)
	}
	o.Rotation = turned
	if change != nil {
		change(&o)
	}
	d, err := mipidbi.New(port, dc, rst, bl, &o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// show shows a frame that has to work.
func (k *kit) show(f *frame.Frame, mode frame.Refresh) {
	k.t.Helper()
	if err := k.dev.Show(context.Background(), f, mode, f.Bounds()); err != nil {
		k.t.Fatalf("%s: %v", k.name, err)
	}
}

// check holds what is seen against a frame, pixel for pixel, and wants no
// rules broken.
func (k *kit) check(f *frame.Frame) {
	k.t.Helper()
	k.clean()
	if !k.emu.On() || k.emu.Brightness() == 0 {
		k.t.Fatalf("%s: on %v, brightness %d", k.name, k.emu.On(), k.emu.Brightness())
	}
	if wrong, at := differs(k.emu.Image(), f); wrong != 0 {
		k.t.Fatalf("%s: %d pixels are wrong, the first at %v", k.name, wrong, at)
	}
}

// clean wants no rules broken.
func (k *kit) clean() {
	k.t.Helper()
	for _, v := range k.emu.Violations() {
		k.t.Errorf("%s: %s", k.name, v)
	}
}

// differs counts the pixels of a picture that are not a frame's. It takes rows
// apart only when one is wrong: the race detector looks at every access.
func differs(m *image.RGBA, f *frame.Frame) (n int, first image.Point) {
	if m.Rect != f.Bounds() {
		return -1, m.Rect.Max
	}
	seen := make([]byte, f.Stride)
	for y := range f.Format.Size.Y {
		row, want := m.Pix[y*m.Stride:(y+1)*m.Stride], f.Pix[y*f.Stride:(y+1)*f.Stride]
		for i := 0; i < len(seen); i += 2 {
			px := binary.LittleEndian.Uint32(row[2*i:])
			binary.BigEndian.PutUint16(seen[i:], uint16(px>>3&0x1f)<<11|uint16(px>>10&0x3f)<<5|uint16(px>>19&0x1f))
		}
		if bytes.Equal(seen, want) {
			continue
		}
		for x := range f.Format.Size.X {
			if seen[2*x] == want[2*x] && seen[2*x+1] == want[2*x+1] {
				continue
			}
			if n++; n == 1 {
				first = image.Pt(x, y)
			}
		}
	}
	return n, first
}

// everyKit runs a test for each module and rotation, each in a bubble. They run
// in turn: a lock that is waited for outside of a bubble stops its time. Under the
// race detector each module is turned in two ways of the four, one upright.
func everyKit(t *testing.T, test func(t *testing.T, k *kit)) {
	for i, name := range mipidbi.Modules() {
		for turned := range 4 {
			if racing && turned != i%4 && turned != (i+1)%4 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", name, 90*turned), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { test(t, connect(t, name, turned, nil)) })
			})
		}
	}
}

// noise is a frame in which no pixel can be taken for another.
func noise(format frame.Format, seed uint64) *frame.Frame {
	f := frame.New(format)
	rng := rand.New(rand.NewPCG(seed, 5))
	for i := range f.Pix {
		f.Pix[i] = byte(rng.Uint32())
	}
	return f
}

func TestModulesAreTheEmulatedOnes(t *testing.T) {
	for _, name := range mipidbi.Modules() {
		if _, ok := emu.Modules[name]; !ok {
			t.Errorf("module %s has no emulated glass", name)
		}
	}
	if got, want := len(emu.Modules), len(mipidbi.Modules()); got != want {
		t.Errorf("%d emulated modules, want %d", got, want)
	}
	if _, err := mipidbi.Module("ili9486"); err == nil {
		t.Error("an unknown module: no error")
	}
}

// Every pixel is its own, so that a shift or a swap anywhere shows.
func TestNoiseLandsPixelExact(t *testing.T) {
	everyKit(t, func(t *testing.T, k *kit) {
		f := noise(k.dev.Format(), 1)
		k.show(f, frame.Full)
		k.check(f)
		rng := rand.New(rand.NewPCG(3, 4))
		parts := 6
		if racing {
			parts = 2
		}
		for range parts {
			for range 1 + rng.IntN(5) {
				at := image.Pt(rng.IntN(f.Format.Size.X), rng.IntN(f.Format.Size.Y))
				r := image.Rectangle{Min: at, Max: at.Add(image.Pt(1+rng.IntN(90), 1+rng.IntN(60)))}
				f.Fill(r, frame.Color(rng.Uint32()))
			}
			k.show(f, frame.Partial)
			k.check(f)
		}
		again := k.emu.Stats()
		k.show(f, frame.Partial)
		if got := k.emu.Stats().Since(again); got.Transfers != 0 {
			t.Errorf("a frame that is there already takes %+v", got)
		}
		if err := k.dev.Close(); err != nil {
			t.Fatal(err)
		}
		k.clean()
		if k.emu.On() || k.emu.Brightness() != 0 {
			t.Errorf("closed, it is on %v with brightness %d", k.emu.On(), k.emu.Brightness())
		}
		if err := k.dev.Show(t.Context(), f, frame.Full, f.Bounds()); err == nil {
			t.Error("closed, it shows")
		}
	})
}

// picture is the i-th view as a frame of a format, drawn once for all kits; nil
// where no till can be drawn.
func picture(t *testing.T, format frame.Format, i int) *frame.Frame {
	t.Helper()
	drawn.Lock()
	defer drawn.Unlock()
	key := page{format, i}
	if f, ok := drawn.frames[key]; ok {
		return f
	}
	r, ok := drawn.by[format]
	if !ok {
		var err error
		if r, err = display.NewRenderer(format); err != nil {
			t.Log(err)
		}
		drawn.by[format] = r
	}
	var f *frame.Frame
	if r != nil {
		f = frame.New(format)
		if err := r.Render(f, views()[i]); err != nil {
			t.Logf("%s: %v", views()[i].Screen.Name(), err) // then the picture says so
		}
	}
	drawn.frames[key] = f
	return f
}

// page is which picture it is.
type page struct {
	format frame.Format
	view   int
}

var drawn = struct {
	sync.Mutex
	by     map[frame.Format]*display.Renderer
	frames map[page]*frame.Frame
}{by: map[frame.Format]*display.Renderer{}, frames: map[page]*frame.Frame{}}

// racing is whether the race detector looks at every access, which takes ten
// times as long.
var racing bool

// Every screen, one after the other as a till would, on every glass and
// rotation on which a till can be drawn; under the race detector a few of them
// on each, and others on the next. make pure has them all.
func TestEveryScreenLandsPixelExact(t *testing.T) {
	kits := 0
	everyKit(t, func(t *testing.T, k *kit) {
		kits++
		first := true
		for i := range views() {
			if racing && (i+kits)%20 != 0 {
				continue
			}
			f := picture(t, k.dev.Format(), i)
			if f == nil {
				return
			}
			mode := frame.Partial
			if first {
				mode = frame.Full
			}
			first = false
			k.show(f, mode)
			k.check(f)
		}
	})
}

// A till that runs for itself, in front of the glass.
func TestGlassDrivesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := connect(t, "ili9341", 1, nil)
		var troubles []error
		g, err := display.NewGlass(k.dev, k.dev.Format(), display.GlassOptions{Trouble: func(err error) { troubles = append(troubles, err) }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- g.Run(ctx) }()
		r, err := display.NewRenderer(k.dev.Format())
		if err != nil {
			t.Fatal(err)
		}
		want := frame.New(k.dev.Format())
		for n := terminal.Rupiah(1); n < 1_000_000; n *= 10 {
			g.Show(keyed(n))
			pass()
			if err := r.Render(want, keyed(n)); err != nil {
				t.Fatal(err)
			}
			k.check(want)
		}
		cancel()
		if err := <-done; err != nil || troubles != nil {
			t.Errorf("run: %v, troubles %v", err, troubles)
		}
	})
}
