package ssd168x

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	goqr "github.com/piglig/go-qr"

	"kasir/display"
	"kasir/display/frame"
	"kasir/display/qr"
	"kasir/terminal"
)

// payment is shaped like a payment code of n characters.
func payment(n int) string {
	head := "00020101021226670014COM.EXAMPLE.WWW01189360091400000000010215ID10200000000010303UMI5204581453033605405250005802ID5913Warung Bu Sri6007BANDUNG"
	var tail strings.Builder
	for i := 0; len(head)+tail.Len() < n; i++ {
		fmt.Fprintf(&tail, "%x-%d", int64(i)*2654435761%65521, i)
	}
	return head + tail.String()[:n-len(head)]
}

// A code that was sent over the wires is read from the glass by a reader that
// is not ours, on every glass that is large enough, however it is turned.
func TestCodesReadBackFromTheGlass(t *testing.T) {
	usable, turned, lengths := 0, 0, []int{150, 190, 230, 273, 300}
	if racing {
		lengths = []int{150, 230, 273}
	}
	for _, g := range Glasses() {
		for _, r := range rotations {
			o := Opts{Glass: g, Rotation: r}
			renderer, err := display.NewRenderer(o.format())
			if err != nil {
				continue // too small, or held upright
			}
			usable++
			if turned++; racing && turned%3 != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", g.Name, r), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := wire(t, o)
					b.panel.SetGhosts(true)
					read := 0
					for _, n := range lengths {
						text, f := payment(n), frame.New(o.format())
						err := renderer.Render(f, terminal.View{
							Screen: terminal.Offering{Order: "kasir-01-00000042", Amount: 25_000, QR: text, Left: 14 * time.Minute},
							Strip:  terminal.Strip{Merchant: "Warung Bu Sri", Online: true},
						})
						if errors.Is(err, qr.ErrTooSmall) {
							continue
						} else if err != nil {
							t.Fatal(err)
						}
						b.shows(f, frame.Full)
						if got := b.read(); got != text {
							t.Errorf("%d characters: read %q, want %q", n, got, text)
						}
						read++
					}
					if read < 3 {
						t.Errorf("only %d codes were shown", read)
					}
					b.close()
				})
			})
		}
	}
	if usable < 4 {
		t.Errorf("%d panels are usable, want the 4.2 and the 2.7 inch ones at least", usable)
	}
}

// read finds and reads the code on the glass.
func (b *bench) read() string {
	b.t.Helper()
	seen := b.panel.Image()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(seen)
	if err != nil {
		b.t.Fatal(err)
	}
	if result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil); err == nil {
		return result.GetText()
	}
	// That one misses one clean picture in fifty.
	text, err := goqr.Decode(seen)
	if err != nil {
		b.t.Errorf("no code is found on the glass: %v", err)
	}
	return text
}
