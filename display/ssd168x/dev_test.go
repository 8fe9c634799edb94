package ssd168x

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/ssd168x/emu"
)

var rotations = []Rotation{Rotate0, Rotate90, Rotate180, Rotate270}

// bench is a panel on an emulated one, with faults in between.
type bench struct {
	t      *testing.T
	dev    *Dev
	panel  *emu.Panel
	faults *bus.Faults
	places []int // of each pixel of the glass, the bit of the frame
	looks  map[*frame.Frame][]byte
}

// wire makes a bench. Options that are not set are the defaults.
func wire(t *testing.T, o Opts) *bench {
	t.Helper()
	m, err := emu.Find(o.Glass.Name)
	if err != nil {
		t.Fatal(err)
	}
	return wireTo(t, emu.New(m), o)
}

func wireTo(t *testing.T, p *emu.Panel, o Opts) *bench {
	t.Helper()
	b := &bench{t: t, panel: p, faults: &bus.Faults{}, looks: map[*frame.Frame][]byte{}}
	var power gpio.PinOut
	if p.Power != nil {
		power = b.faults.Out(p.Power)
	}
	dev, err := New(b.faults.Port(p), b.faults.Out(p.DC), b.faults.Out(p.RST), b.faults.In(p.Busy), power, &o)
	if err != nil {
		t.Fatal(err)
	}
	b.dev = dev
	b.places = make([]int, o.Glass.Width*o.Glass.Height)
	f := frame.New(dev.Format())
	for y := range f.Format.Size.Y {
		for x := range f.Format.Size.X {
			gx, gy := turned(o.Glass, o.Rotation, x, y)
			b.places[gy*o.Glass.Width+gx] = y*f.Stride*8 + x
		}
	}
	return b
}

// glassTimeout is what display.Glass gives a panel.
const glassTimeout = 15 * time.Second

func (b *bench) show(f *frame.Frame, mode frame.Refresh) error {
	ctx, cancel := context.WithTimeout(b.t.Context(), glassTimeout)
	defer cancel()
	return b.dev.Show(ctx, f, mode, f.Bounds())
}

// shows wants f to be shown without an error, seen pixel for pixel, and no
// rule broken.
func (b *bench) shows(f *frame.Frame, mode frame.Refresh) {
	b.t.Helper()
	if err := b.show(f, mode); err != nil {
		b.t.Errorf("show %v: %v", mode, err)
	}
	b.sees(f)
	b.clean()
}

// sees wants the glass to look like f, and both planes like the glass.
func (b *bench) sees(f *frame.Frame) {
	b.t.Helper()
	g, wrong := b.dev.opts.Glass, 0
	want, seen := b.look(f), b.panel.Image().Pix
	if !bytes.Equal(want, seen) {
		for i := range want {
			if seen[i] != want[i] {
				wrong++
			}
		}
	}
	if wrong > 0 {
		b.t.Errorf("%s at %d degrees: %d pixels do not look as they should", g.Name, b.dev.opts.Rotation, wrong)
	}
	if next, old := b.panel.Planes(); !b.inStep(next, old) {
		b.t.Errorf("%s: the planes are out of step", g.Name)
	}
}

// look is the shades of the glass when it shows f. Frames do not change here.
func (b *bench) look(f *frame.Frame) []byte {
	if look, ok := b.looks[f]; ok {
		return look
	}
	look, pix := make([]byte, len(b.places)), f.Pix
	for i, place := range b.places {
		look[i] = -(pix[place>>3] >> (7 - place&7) & 1) // 0 or 255
	}
	b.looks[f] = look
	return look
}

// inStep compares the part of the planes that is behind the glass.
func (b *bench) inStep(next, old []byte) bool {
	stride, n := b.panel.Model().Chip.Sources/8, b.dev.opts.Glass.stride()
	for y := range b.dev.opts.Glass.Height {
		if !slices.Equal(next[y*stride:y*stride+n], old[y*stride:y*stride+n]) {
			return false
		}
	}
	return true
}

func (b *bench) clean() {
	b.t.Helper()
	if notes := b.panel.Notes.Take(); notes != nil {
		b.t.Errorf("rules broken: %q", notes)
	}
	if s := b.panel.Port.Stats(); s.Refused != 0 || s.Longest > 4096 {
		b.t.Errorf("the port refused %d transfers, the longest was %d", s.Refused, s.Longest)
	}
}

func (b *bench) close() {
	b.t.Helper()
	if err := b.dev.Close(); err != nil {
		b.t.Errorf("close: %v", err)
	}
	b.clean()
	if !b.panel.Asleep() || b.panel.HighVoltage() {
		b.t.Errorf("closed: asleep %t, high voltage %t", b.panel.Asleep(), b.panel.HighVoltage())
	}
}

// golden are the pictures of every screen, as package display keeps them.
var golden = sync.OnceValue(func() (frames []*frame.Frame) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "golden", "[24]?0x*-id", "*.png"))
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		m, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			panic(err)
		}
		f := frame.New(frame.Format{Size: m.Bounds().Size()})
		for i, light := range m.(*image.Paletted).Pix { // black and white
			if light == 0 {
				f.SetPixel(i%f.Format.Size.X, i/f.Format.Size.X, frame.Black)
			}
		}
		frames = append(frames, f)
	}
	return frames
})

// crops are the golden pictures of one size, cut to a format. What is beyond a
// picture is black.
func crops(t *testing.T, to frame.Format, turned int) (frames []*frame.Frame) {
	size := image.Pt(400, 300)
	if to.Size == image.Pt(250, 122) {
		size = to.Size
	}
	for i, m := range golden() {
		if m.Format.Size != size || racing && (i+turned)%10 != 0 {
			continue
		}
		f := frame.New(to)
		f.Clear(frame.Black)
		for y := range min(size.Y, to.Size.Y) {
			row := f.Pix[y*f.Stride : (y+1)*f.Stride]
			copy(row, m.Pix[y*m.Stride:(y+1)*m.Stride])
		}
		// Cut off, screens may look alike; neighbours must not.
		if len(frames) == 0 || !f.Equal(frames[len(frames)-1]) {
			frames = append(frames, f)
		}
	}
	if len(frames) < 25 && !racing || len(frames) < 5 {
		t.Fatalf("only %d pictures of %v differ", len(frames), to)
	}
	return frames
}

// racing is whether the race detector looks at every access, which takes ten
// times as long and has nothing to find where one goroutine drives a panel.
var racing bool

// Under the race detector each glass shows a few of the screens in each rotation,
// and others in the next; plain go test and make pure show all.
func TestEveryScreenOnEveryGlass(t *testing.T) {
	for turned, g := range Glasses() {
		for _, r := range rotations {
			turned++
			t.Run(g.Name+"/"+string(rune('0'+r/90))+"x90", func(t *testing.T) {
				t.Parallel()
				frames := crops(t, Opts{Glass: g, Rotation: r}.format(), turned)
				synctest.Test(t, func(t *testing.T) {
					b := wire(t, Opts{Glass: g, Rotation: r})
					for pass := range 2 { // each full once and partial once
						for i, f := range frames {
							b.shows(f, frame.Refresh((i+pass+1)%2))
						}
					}
					if s := b.panel.Stats(); s.Full+s.Partial != 2*len(frames) || s.Partial < len(frames)-1 {
						t.Errorf("%+v for %d pictures twice", s, len(frames))
					}
					b.close()
				})
			})
		}
	}
}
