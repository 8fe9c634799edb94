package hardware

import (
	"bytes"
	"context"
	"image"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/cmd/kasir/board"
	"kasir/display"
	"kasir/display/frame"
)

// TestEmulatedBoards: what is drawn on an emulated board's glass is what is
// seen on it, and the controller has nothing to complain about.
func TestEmulatedBoards(t *testing.T) {
	n := 0
	for _, name := range board.Ready() {
		b, err := board.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		if !b.Panel.Emulate {
			continue
		}
		n++
		t.Run(b.Panel.Kind.Name, func(t *testing.T) {
			h, err := Open(b, Options{Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			f := frame.New(b.Panel.Format())
			display.Pattern(f)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if err := h.Panel.Show(ctx, f, frame.Full, f.Bounds()); err != nil {
				t.Fatal(err)
			}
			if got := differ(h.Seen(), f); got > 0 {
				t.Errorf("%d pixels are not as drawn", got)
			}
			if err := h.Panel.Close(); err != nil {
				t.Error(err)
			}
			if wrong := h.Wrong(); len(wrong) > 0 {
				t.Errorf("the controller complains: %q", wrong)
			}
			if err := h.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if n < 4 {
		t.Errorf("only %d emulated boards", n)
	}
}

func differ(seen image.Image, f *frame.Frame) (n int) {
	if seen.Bounds() != f.Bounds() {
		return f.Bounds().Dx() * f.Bounds().Dy()
	}
	for y := range f.Bounds().Dy() {
		for x := range f.Bounds().Dx() {
			r, g, b, _ := seen.At(x, y).RGBA()
			want, _, _, _ := f.At(x, y).RGBA()
			_, wg, wb, _ := f.At(x, y).RGBA()
			if far(r, want) || far(g, wg) || far(b, wb) {
				n++
			}
		}
	}
	return n
}

// far allows for the eight bits of a picture against the five of a pixel.
func far(a, b uint32) bool { return max(a, b)-min(a, b) > 0x0900 }

// TestMissingHardware: every wire that is not there is named by its line.
func TestMissingHardware(t *testing.T) {
	const glass = "panel ssd1683-4.2\npanel.bus EMU7.7\npanel.dc E7_DC\npanel.reset E7_RST\npanel.busy E7_BUSY\npanel.emulate yes\n"
	for name, c := range map[string]struct{ text, want string }{
		"no pin":    {"panel ili9341-2.8\npanel.bus SPI9.9\npanel.dc NOPIN1\npanel.light NOPIN2\nkeys evdev\n", `light: this computer has no pin "NOPIN2"`},
		"no bus":    {"panel ili9341-2.8\npanel.bus SPI9.9\npanel.dc E7_DC\nkeys evdev\n", "is SPI switched on"},
		"no buzzer": {glass + "keys evdev\nbuzzer NOPIN3\n", `buzzer: this computer has no pin "NOPIN3"`},
		"no lamp":   {glass + "keys evdev\nled.ready NOPIN4\n", `led.ready: this computer has no pin "NOPIN4"`},
		"no matrix": {glass + "keys matrix\nkeys.rows R1 R2 R3 R4\nkeys.columns C1 C2 C3\nkeys.legend 123 456 789 *0#\n", `keys.rows: this computer has no pin "R1"`},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "board.conf")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := board.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			if c.text[6] == 'i' { // the pin of the LCD without a bus
				e, err := build(board.Glass{Kind: kind(t, "ili9341-2.8"), Bus: "EMU8.8", DC: "E7_DC", Reset: "E8_RST", Light: "E8_BL"})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := e.Init(); err != nil {
					t.Fatal(err)
				}
				defer e.Close()
			}
			h, err := Open(b, Options{Log: slog.New(slog.DiscardHandler)})
			if err == nil || h != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func kind(t *testing.T, name string) board.Kind {
	t.Helper()
	for _, k := range board.Kinds() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("no kind %s", name)
	return board.Kind{}
}

// TestCashierMayBeMissing: a sale does not need the second glass.
func TestCashierMayBeMissing(t *testing.T) {
	b, err := board.Read("emu-2in8")
	if err != nil {
		t.Fatal(err)
	}
	b.Cashier = board.Glass{Kind: kind(t, "ssd1306"), Bus: "I2C99"}
	var log bytes.Buffer
	h, err := Open(b, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if h.Cashier != nil || !strings.Contains(log.String(), "cashier's glass stays dark") {
		t.Errorf("cashier %v, log %s", h.Cashier, &log)
	}
}

func TestTurned(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 3, 2))
	m.Pix[0] = 255 // up and left as wired
	for degrees, want := range map[int]image.Point{0: {0, 0}, 90: {0, 2}, 180: {2, 1}, 270: {1, 0}} {
		got := turned(m, degrees)
		if r, _, _, _ := got.At(want.X, want.Y).RGBA(); r != 0xffff {
			t.Errorf("%d degrees: the corner is not at %v of %v", degrees, want, got.Bounds())
		}
	}
}
