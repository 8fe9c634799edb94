package mipidbi_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"kasir/display"
	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/terminal"
)

// pass lets everything happen that happens within a second.
func pass() {
	time.Sleep(time.Second)
	synctest.Wait()
}

// typist shows what is typed, and counts.
type typist struct {
	*kit
	r         *display.Renderer
	f, before *frame.Frame
}

func newTypist(t *testing.T, module string) *typist {
	t.Helper()
	k := connect(t, module, 1, nil)
	r, err := display.NewRenderer(k.dev.Format())
	if err != nil {
		t.Fatal(err)
	}
	y := &typist{k, r, frame.New(k.dev.Format()), frame.New(k.dev.Format())}
	y.see(keyed(0))
	return y
}

// see shows a view; changed are the bytes of the pixels that differ, and less
// cannot be sent.
func (y *typist) see(v terminal.View) (sent bus.Stats, changed int64) {
	y.t.Helper()
	y.before.Copy(y.f)
	if err := y.r.Render(y.f, v); err != nil {
		y.t.Fatal(err)
	}
	start := y.emu.Stats()
	y.show(y.f, frame.Partial)
	box := y.f.Diff(y.before)
	for i := box.Min.Y * y.f.Stride; i < box.Max.Y*y.f.Stride; i += 2 {
		if y.f.Pix[i] != y.before.Pix[i] || y.f.Pix[i+1] != y.before.Pix[i+1] {
			changed += 2
		}
	}
	return y.emu.Stats().Since(start), changed
}

// The echo of a key on 320x240 takes 32 kB at most. The layout keeps its digits
// small enough for that: they all move when one is typed, by less than their
// width, in shapes that rectangles do not fit well.
func TestKeyEchoBudget(t *testing.T) {
	for _, c := range []struct {
		module string
		most   int64
	}{{"ili9341", 32_000}, {"st7789", 32_000}, {"st7789-240x240", 32_000}, {"st7796", 64_000}} {
		synctest.Test(t, func(t *testing.T) {
			y := newTypist(t, c.module)
			for _, price := range []string{"25000", "7500", "1234567"} {
				n := terminal.Rupiah(0)
				for _, digit := range price {
					n = 10*n + terminal.Rupiah(digit-'0')
					sent, changed := y.see(keyed(n))
					if sent.Bytes > c.most || sent.Bytes > 2*changed+4_000 {
						t.Errorf("%s: the echo of a key to %d takes %d bytes: at most %d, and not far over twice the %d that changed",
							c.module, n, sent.Bytes, c.most, changed)
					}
				}
				y.see(keyed(0))
			}
		})
	}
}

func TestKeyEchoOfAnyNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newTypist(t, "ili9341")
		rng := rand.New(rand.NewPCG(1, 1))
		var sum, all int64
		rounds := 15
		if racing {
			rounds = 4
		}
		for range rounds {
			for n, i := terminal.Rupiah(0), 0; i < 8; i++ {
				n = 10*n + terminal.Rupiah(1+rng.IntN(9))
				sent, _ := y.see(keyed(n))
				sum, all = sum+sent.Bytes, all+1
				if sent.Bytes > 32_000 || sent.Transfers > 400 {
					t.Errorf("the echo of a key to %d takes %d bytes in %d transfers", n, sent.Bytes, sent.Transfers)
				}
			}
			y.see(keyed(0))
		}
		if mean := sum / all; mean > 26_000 {
			t.Errorf("%d bytes on average, want 26000", mean)
		}
	})
}

// A code is one square, and the rest of a sale's screens are no more than the
// glass has pixels.
func TestFrameBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newTypist(t, "ili9341")
		const frameBytes = 320 * 240 * 2
		for i, v := range views() {
			if racing && i%8 != 0 {
				continue
			}
			sent, changed := y.see(v)
			if sent.Bytes > frameBytes+500 || sent.Longest > 4096 || sent.Refused != 0 {
				t.Errorf("%s: %+v for %d changed bytes", v.Screen.Name(), sent, changed)
			}
			if changed == 0 && sent.Transfers != 0 {
				t.Errorf("%s: %+v for nothing", v.Screen.Name(), sent)
			}
		}
		offer := terminal.Offering{Order: order, Amount: 25_000, QR: payload(273), Left: 14 * time.Minute}
		strip := terminal.Strip{Merchant: "Warung Bu Sri", Device: "kasir-01", Online: true}
		y.see(terminal.View{Screen: offer, Strip: strip})
		offer.Left -= time.Second
		if sent, changed := y.see(terminal.View{Screen: offer, Strip: strip}); sent.Bytes > 4_000 {
			t.Errorf("a second less on the countdown takes %d bytes for %d that changed", sent.Bytes, changed)
		}
	})
}
