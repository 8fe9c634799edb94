package qrimage

import (
	"bytes"
	"errors"
	"image/png"
	"testing"

	qrcode "github.com/skip2/go-qrcode"
)

// FuzzPicture: whatever bytes come for a picture, there is a printable text of
// a bearable length, or the picture is unusable.
func FuzzPicture(f *testing.F) {
	for _, text := range []string{official, "1", "HELLO"} {
		q, err := qrcode.New(text, medium)
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if err := png.Encode(&b, q.Image(90)); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(b.Bytes()[:b.Len()/2])
	}
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := open(data)
		if err == nil {
			if r := img.Bounds(); r.Dx()*r.Dy() > 200*200 {
				return // sound, and too slow to look at a million of
			}
			var text string
			if text, err = Decode(img); err == nil && (text == "" || len(text) > maxText) {
				t.Errorf("a text of %d bytes", len(text))
			}
		}
		if err != nil && !errors.Is(err, ErrUnusable) {
			t.Errorf("%v is not an unusable picture", err)
		}
	})
}

// FuzzSymbol flips modules of a sound code: it is read as it was or not at all.
func FuzzSymbol(f *testing.F) {
	q, err := qrcode.New(official, medium)
	if err != nil {
		f.Fatal(err)
	}
	whole := bitmap(q.Bitmap())
	f.Add([]byte{}, uint8(2))
	f.Add([]byte{10, 10, 11, 11, 12, 12}, uint8(1))
	f.Fuzz(func(t *testing.T, flips []byte, px uint8) {
		code := make(bitmap, len(whole))
		for y := range code {
			code[y] = append([]bool(nil), whole[y]...)
		}
		for i := 0; i+1 < len(flips); i += 2 {
			x, y := int(flips[i])%len(code), int(flips[i+1])%len(code)
			code[y][x] = !code[y][x]
		}
		text, err := Decode(code.scaled(1 + int(px)%3))
		if err == nil && text != official && len(flips) < 60 {
			t.Errorf("read as %q", text)
		}
		if err != nil && !errors.Is(err, ErrUnusable) {
			t.Errorf("%v is not an unusable picture", err)
		}
	})
}
