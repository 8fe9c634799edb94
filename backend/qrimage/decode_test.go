package qrimage

import (
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	qrcode "github.com/skip2/go-qrcode"
	"golang.org/x/image/draw"
)

// official is the payload in the provider's own guide.
const official = "00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE" +
	"51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID5904Test6007BANDUNG6105402845409789000.00" +
	"62475036c032f87c-f773-4619-aefa-675e1f06f9210703A016304A623"

const medium = qrcode.Medium

// bitmap is a code as modules, with its four-module border.
type bitmap [][]bool

func symbol(t *testing.T, text string, level qrcode.RecoveryLevel) bitmap {
	t.Helper()
	q, err := qrcode.New(text, level)
	if err != nil {
		t.Fatal(err)
	}
	return q.Bitmap()
}

// crop is the code without n modules of its border.
func (b bitmap) crop(n int) bitmap {
	out := slices.Clone(b[n : len(b)-n])
	for i := range out {
		out[i] = out[i][n : len(out[i])-n]
	}
	return out
}

func (b bitmap) scaled(px int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, len(b)*px, len(b)*px))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			if !b[y/px][x/px] {
				out.SetGray(x, y, color.Gray{Y: 0xff})
			}
		}
	}
	return out
}

// TestDecodeCrisp: every whole scale, every level, with and without its border.
func TestDecodeCrisp(t *testing.T) {
	for _, level := range []qrcode.RecoveryLevel{qrcode.Low, qrcode.Medium, qrcode.Highest} {
		code := symbol(t, official, level)
		for _, px := range []int{2, 3, 5} {
			for _, cut := range []int{0, 4} {
				got, err := Decode(code.crop(cut).scaled(px))
				if got != official || err != nil {
					t.Errorf("level %d, %d px, border %d: %.30q, %v", level, px, 4-cut, got, err)
				}
			}
		}
	}
}

// TestDecodeResampled: pictures of a size somebody liked.
func TestDecodeResampled(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	code := symbol(t, official, qrcode.Medium)
	n := 16
	if underRace {
		n = 4 // of the same; reading is ten times as slow there, and shares nothing
	}
	for _, test := range []struct {
		name string
		by   draw.Interpolator
	}{{"nearest", draw.NearestNeighbor}, {"bilinear", draw.ApproxBiLinear}} {
		bad := 0
		for range n {
			side := 250 + r.IntN(250)
			from := code.crop(4 * r.IntN(2)).scaled(8)
			to := image.NewGray(image.Rect(0, 0, side, side))
			test.by.Scale(to, to.Rect, from, from.Rect, draw.Src, nil)
			text, err := Decode(to)
			if err == nil && text != official {
				t.Fatalf("%s, %d px: read a wrong text %q", test.name, side, text)
			}
			if err != nil {
				bad++
			}
		}
		if bad > n/10 {
			t.Errorf("%s: %d of %d not read", test.name, bad, n)
		}
	}
}

// TestDecodeGrounds: transparent and coloured ones, and codes in a frame.
func TestDecodeGrounds(t *testing.T) {
	code := symbol(t, official, qrcode.Medium).crop(4).scaled(4)
	clear := image.NewNRGBA(code.Rect)
	framed := image.NewRGBA(image.Rect(0, 0, 500, 700))
	draw.Draw(framed, framed.Rect, image.NewUniform(color.RGBA{0xe8, 0xf4, 0xff, 0xff}), image.Point{}, draw.Src)
	draw.Draw(framed, image.Rect(0, 0, 500, 100), image.NewUniform(color.RGBA{0xcc, 0x22, 0x33, 0xff}), image.Point{}, draw.Src)
	draw.Draw(framed, code.Rect.Add(image.Pt(120, 300)).Inset(-20), image.White, image.Point{}, draw.Src)
	draw.Draw(framed, code.Rect.Add(image.Pt(120, 300)), code, image.Point{}, draw.Src)
	for y := range code.Rect.Dy() {
		for x := range code.Rect.Dx() {
			if code.GrayAt(x, y).Y == 0 {
				clear.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 0xff})
			}
		}
	}
	for name, img := range map[string]image.Image{"transparent": clear, "framed": framed} {
		if got, err := Decode(img); got != official || err != nil {
			t.Errorf("%s: %.30q, %v", name, got, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	noise := image.NewGray(image.Rect(0, 0, 120, 120))
	r := rand.New(rand.NewPCG(3, 3))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.Uint32())
	}
	for name, img := range map[string]image.Image{
		"nothing":          image.NewGray(image.Rect(0, 0, 0, 0)),
		"a pixel":          image.NewGray(image.Rect(0, 0, 1, 1)),
		"noise":            noise,
		"half a code":      symbol(t, official, qrcode.Medium).scaled(4).SubImage(image.Rect(0, 0, 130, 260)),
		"not printable":    symbol(t, "line\nline", qrcode.Medium).scaled(4),
		"far too much":     symbol(t, strings.Repeat("x", maxText+1), qrcode.Low).scaled(4),
		"a picture of ink": image.NewGray(image.Rect(0, 0, 300, 300)),
	} {
		if got, err := Decode(img); !errors.Is(err, ErrUnusable) {
			t.Errorf("%s: %.30q, %v, want ErrUnusable", name, got, err)
		}
	}
}
