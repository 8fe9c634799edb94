package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kasir/cmd/kasir-devicetest/machine"
	"kasir/display"
	"kasir/display/frame"
	"kasir/terminal"
)

// format is that of the glass of lcd-2in8.
var format = frame.Format{Size: image.Pt(320, 240), Depth: frame.RGB565, Pitch: .18}

// lookEvery is how often somebody looks at a glass while waiting.
const lookEvery = 150 * time.Millisecond

// await looks at the glass until what is on it is what is waited for. A glass that
// never shows it is kept as a picture.
func (b *bench) await(ctx context.Context, m *machine.Machine, what string, most time.Duration, is func(image.Image) bool) (image.Image, error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	var last image.Image
	for {
		seen, err := m.See(ctx)
		if err == nil {
			if last = seen; is(seen) {
				return seen, nil
			}
		} else if ctx.Err() == nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			err := fmt.Errorf("wait for %s: the glass shows something else; the console ends with: %s", what, m.Said())
			if last != nil {
				err = errors.Join(err, b.keep("instead-of-"+strings.ReplaceAll(what, " ", "-"), last))
			}
			return nil, err
		case <-time.After(lookEvery):
		}
	}
}

// keep writes a picture into the bench's directory.
func (b *bench) keep(name string, m image.Image) error {
	var text bytes.Buffer
	if err := png.Encode(&text, m); err != nil {
		return fmt.Errorf("keep picture: %w", err)
	}
	return os.WriteFile(filepath.Join(b.dir, name+".png"), text.Bytes(), 0o600)
}

// scan is what a phone reads on the glass; "" when there is no code. The picture is
// made larger, as it is when a phone is held to it.
func (b *bench) scan(ctx context.Context, m image.Image) string {
	const times = 3
	size := m.Bounds().Size().Mul(times)
	large := image.NewGray(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			large.Set(x, y, m.At(x/times, y/times))
		}
	}
	if b.keep("scanned", large) != nil {
		return ""
	}
	out, err := exec.CommandContext(ctx, "zbarimg", "-q", "--raw", filepath.Join(b.dir, "scanned.png")).Output()
	if err != nil {
		return "" // it has found none
	}
	return strings.TrimRight(string(out), "\n")
}

// shows reports whether a screen of the till's is on the glass, as the display
// draws it here. Whether the money is real is said on it, and both will do.
func shows(s terminal.Screen) func(image.Image) bool {
	var all []*frame.Frame
	r, err := display.NewRenderer(format)
	for _, sandbox := range []bool{true, false} {
		f := frame.New(format)
		if err == nil {
			err = r.Render(f, terminal.View{Screen: s, Strip: terminal.Strip{Lang: terminal.Indonesian, Merchant: merchant, Device: till, Online: true, Sandbox: sandbox}})
		}
		all = append(all, f)
	}
	return func(m image.Image) bool {
		for _, f := range all {
			if err == nil && alike(m, f) {
				return true
			}
		}
		return false
	}
}

// alike reports whether a picture is a frame. ARM rounds the smoothed edges of
// letters otherwise than other processors, by a shade.
func alike(m image.Image, f *frame.Frame) bool {
	const shade = 20 << 8
	if m.Bounds().Size() != f.Format.Size {
		return false
	}
	far := func(a, b uint32) bool { return max(a, b)-min(a, b) > shade }
	for y := range f.Format.Size.Y {
		for x := range f.Format.Size.X {
			r, g, b, _ := m.At(x, y).RGBA()
			fr, fg, fb, _ := f.At(x, y).RGBA()
			if far(r, fr) || far(g, fg) || far(b, fb) {
				return false
			}
		}
	}
	return true
}
