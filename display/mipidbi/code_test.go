package mipidbi_test

import (
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kasir/display"
	"kasir/display/frame"
	"kasir/terminal"
)

// A payment code is read from what the glass shows, by a reader that is not
// ours, on every module and rotation on which a till can be drawn.
func TestCodesReadBackFromTheGlass(t *testing.T) {
	// Two rotations have the same size, so that each size shows all lengths.
	lengths, kits := [2][2]int{{150, 273}, {225, 300}}, -1
	everyKit(t, func(t *testing.T, k *kit) {
		kits++
		r, err := display.NewRenderer(k.dev.Format())
		if err != nil {
			t.Log(err)
			return
		}
		f := frame.New(k.dev.Format())
		for _, n := range lengths[kits/2%2] {
			v := terminal.View{Screen: terminal.Offering{Order: order, Amount: 25_000, QR: payload(n), Left: 14 * time.Minute},
				Strip: terminal.Strip{Merchant: "Warung Bu Sri", Online: true}}
			if err := r.Render(f, v); err != nil {
				t.Fatal(err)
			}
			k.show(f, frame.Partial)
			k.clean()
			if got, err := read(k); err != nil || got != payload(n) {
				t.Errorf("%d characters on %s: read %q, %v", n, k.dev, got, err)
			}
		}
	})
}

// read reads the one code on the glass.
func read(k *kit) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(k.emu.Image())
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}
