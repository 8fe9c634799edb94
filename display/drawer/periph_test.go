package drawer

import (
	"context"
	"errors"
	"image"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/display"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/devices/v3/inky"
	"periph.io/x/devices/v3/ssd1306"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/ssd168x/emu"
)

// noise is a picture that no two drivers get right by luck.
func noise(size image.Point, seed uint64) *frame.Frame {
	f := frame.New(frame.Format{Size: size})
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range f.Pix {
		f.Pix[i] = byte(rng.Uint32())
	}
	return f
}

// older are controllers before the SSD1680, with shorter waveforms.
func older(name string, width, height int) emu.Model {
	return emu.Model{Name: name, Chip: emu.Chip{Name: name, Sources: 160, Gates: 296, LUT: 70, Shift: true},
		Width: width, Height: height, Full: 2 * time.Second, Fast: 2 * time.Second, Partial: 300 * time.Millisecond}
}

// ePaper are periph's own drivers, each on a panel that obeys.
var ePaper = map[string]func() (*emu.Panel, display.Drawer, error){
	"inky": func() (*emu.Panel, display.Drawer, error) {
		p := emu.New(older("inky", 104, 212))
		d, err := inky.New(p, p.DC, p.RST, p.Busy, &inky.Opts{Model: inky.PHAT, ModelColor: inky.Black, Width: 104, Height: 212})
		if err == nil {
			d.SetFlipVertically(false)
		}
		return p, d, err
	},
}

func sameAsGlass(t *testing.T, what string, f *frame.Frame, seen *image.Gray) {
	t.Helper()
	wrong := 0
	for y := range f.Format.Size.Y {
		for x := range f.Format.Size.X {
			if (seen.GrayAt(x, y).Y == 255) != (f.Pixel(x, y) == frame.White) {
				wrong++
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%s: %d pixels are wrong", what, wrong)
	}
}

func TestPeriphEPaperShowsTheFrame(t *testing.T) {
	for name, wire := range ePaper {
		synctest.Test(t, func(t *testing.T) {
			glass, d, err := wire()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			p := NewWith(d, Options{CloseWithin: time.Minute})
			for seed := range uint64(3) {
				f := noise(p.Bounds().Max, seed)
				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
				if err := p.Show(ctx, f, frame.Full, f.Bounds()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				cancel()
				sameAsGlass(t, name, f, glass.Image())
			}
			if err := p.Close(); err != nil {
				t.Errorf("%s: close: %v", name, err)
			}
			if !glass.Asleep() || glass.HighVoltage() {
				t.Errorf("%s: closed and not asleep", name)
			}
		})
	}
}

// Those drivers wait for BUSY for ever. The till does not.
func TestBusyOfPeriphEPaperThatIsStuck(t *testing.T) {
	for name, wire := range ePaper {
		synctest.Test(t, func(t *testing.T) {
			glass, d, err := wire()
			if err != nil {
				t.Fatal(err)
			}
			p := New(d)
			f := noise(p.Bounds().Max, 1)
			glass.Stick(emu.InFull, 1)
			for turn := range 3 {
				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
				start := time.Now()
				err := p.Show(ctx, f, frame.Full, f.Bounds())
				took := time.Since(start)
				cancel()
				if turn == 0 && (!errors.Is(err, context.DeadlineExceeded) || took != 15*time.Second) {
					t.Errorf("%s: error %v after %v, want the deadline after 15 s", name, err, took)
				}
				if turn > 0 && (!errors.Is(err, ErrStuck) || took != 0) {
					t.Errorf("%s: error %v after %v, want ErrStuck at once", name, err, took)
				}
			}
			// Somebody presses the reset button: the driver's wait ends.
			_ = glass.RST.Out(gpio.Low)
			_ = glass.RST.Out(gpio.High)
			time.Sleep(time.Minute)
			again := noise(p.Bounds().Max, 2)
			if err := p.Show(t.Context(), again, frame.Full, again.Bounds()); err != nil {
				t.Errorf("%s: it does not recover: %v", name, err)
			}
		})
	}
}

// oled obeys what ssd1306 sends: addresses of pages and columns, and data.
type oled struct {
	dc        *bus.Pin
	ram       [8][128]byte
	page, col int
	on        bool
	skip      int // parameters to come
}

func (o *oled) receive(w, _ []byte) error {
	for _, b := range w {
		switch {
		case o.dc.Level() == gpio.High:
			o.ram[o.page][o.col%128] = b
			o.col++
		case o.skip > 0:
			o.skip--
		case b < 0x10:
			o.col = o.col&0xf0 | int(b)
		case b < 0x20:
			o.col = o.col&0x0f | int(b&15)<<4
		case b>>3 == 0xb0>>3:
			o.page = int(b & 7)
		case b>>1 == 0xae>>1:
			o.on = b&1 != 0
		case b == 0x21 || b == 0x22:
			o.skip = 2
		case b == 0x20 || b == 0x81 || b == 0x8d || b == 0xa8 || b == 0xd3 || b == 0xd5 || b == 0xd9 || b == 0xda || b == 0xdb:
			o.skip = 1
		}
	}
	return nil
}

func (o *oled) lit(x, y int) bool { return o.ram[y/8][x]>>(y%8)&1 != 0 }

// The small cashier's display.
func TestOLEDShowsTheFrame(t *testing.T) {
	o := &oled{dc: bus.NewPin("DC", 24)}
	port := bus.NewPort("OLED", 0, o.receive)
	d, err := ssd1306.NewSPI(port, o.dc, &ssd1306.DefaultOpts)
	if err != nil {
		t.Fatal(err)
	}
	p := New(d)
	for seed := range uint64(4) {
		f := noise(image.Pt(128, 64), seed)
		if err := p.Show(t.Context(), f, frame.Partial, f.Bounds()); err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for y := range 64 {
			for x := range 128 {
				if o.lit(x, y) != (f.Pixel(x, y) == frame.White) {
					wrong++
				}
			}
		}
		if wrong > 0 || !o.on {
			t.Errorf("%d pixels are wrong, on %t", wrong, o.on)
		}
	}
	if err := p.Close(); err != nil || o.on {
		t.Errorf("close: %v, on %t", err, o.on)
	}
}
