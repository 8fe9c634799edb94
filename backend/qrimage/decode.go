package qrimage

import (
	"fmt"
	"image"
	"image/color"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/piglig/go-qr"
)

const (
	border    = 4   // modules of white a code should stand in
	upscale   = 2   // what helps below three pixels a module
	maxUpside = 900 // larger pictures are not upscaled: they are not the ones that need it
	maxText   = 512 // bytes; a QRIS payload has under 300
)

// Decode is the text of the one code in img. No decoder reads every sound
// picture, and which ones they miss differs, so several take their turn: first
// on the picture as it is, then on a larger one in a white frame. None of them
// has been seen to read a wrong text.
func Decode(img image.Image) (string, error) {
	grey := flatten(img)
	text, err := attempt(grey)
	if err != nil && grey.Rect.Dx() <= maxUpside && grey.Rect.Dy() <= maxUpside {
		text, err = attempt(frame(grey))
	}
	if err != nil {
		return "", err
	}
	if len(text) == 0 || len(text) > maxText {
		return "", fmt.Errorf("%w: a text of %d bytes", ErrUnusable, len(text))
	}
	for _, b := range []byte(text) {
		if b < ' ' || b > '~' {
			return "", fmt.Errorf("%w: a text that is not printable", ErrUnusable)
		}
	}
	return text, nil
}

func attempt(img *image.Gray) (string, error) {
	for _, read := range []func(*image.Gray) (string, error){pure, photo, matrix} {
		if text, err := guarded(read, img); err == nil {
			return text, nil
		}
	}
	return "", fmt.Errorf("%w: no code in it", ErrUnusable)
}

// guarded is for decoders that index past the end of a damaged code.
func guarded(read func(*image.Gray) (string, error), img *image.Gray) (text string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: decoder: %v", ErrUnusable, v)
		}
	}()
	return read(img)
}

// pure reads clean pictures of whole pixels a module.
func pure(img *image.Gray) (string, error) {
	return zxing(img, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
}

// photo looks for the code in the picture.
func photo(img *image.Gray) (string, error) { return zxing(img, nil) }

func zxing(img *image.Gray, hints map[gozxing.DecodeHintType]any) (string, error) {
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", err
	}
	found, err := qrcode.NewQRCodeReader().Decode(bits, hints)
	if err != nil {
		return "", err
	}
	return found.GetText(), nil
}

func matrix(img *image.Gray) (string, error) { return go_qr.Decode(img) }

// flatten puts the picture on white: codes come with transparent ground, too.
func flatten(img image.Image) *image.Gray {
	r := img.Bounds()
	out := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	for y := range r.Dy() {
		for x := range r.Dx() {
			red, green, blue, alpha := img.At(r.Min.X+x, r.Min.Y+y).RGBA()
			light := (299*red + 587*green + 114*blue) / 1000
			out.SetGray(x, y, color.Gray{Y: uint8((light + 0xffff - alpha) >> 8)})
		}
	}
	return out
}

// frame scales the picture up and stands it in white. The border is generous:
// four modules of the smallest code in a picture of that width.
func frame(img *image.Gray) *image.Gray {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	pad := border * upscale * (max(w, h)/21 + 1)
	out := image.NewGray(image.Rect(0, 0, w*upscale+2*pad, h*upscale+2*pad))
	for i := range out.Pix {
		out.Pix[i] = 0xff
	}
	for y := range h * upscale {
		to := out.Pix[(y+pad)*out.Stride+pad:]
		from := img.Pix[y/upscale*img.Stride:]
		for x := range w * upscale {
			to[x] = from[x/upscale]
		}
	}
	return out
}
