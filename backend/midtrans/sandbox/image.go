package sandbox

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"

	qrcode "github.com/skip2/go-qrcode"
)

const pixelsPerModule = 8

// plainImage is GET /v2/{type}/{transaction}/qr-code: the code, edge to edge.
func (s *Sandbox) plainImage(w http.ResponseWriter, r *http.Request) {
	s.image(w, r, plain, func() *transaction { return s.book.byID[r.PathValue("id")] })
}

// framedImage is GET /v4/qris/gopay/{reference}/qr-code: the code in a frame.
func (s *Sandbox) framedImage(w http.ResponseWriter, r *http.Request) {
	s.image(w, r, framed, func() *transaction { return s.book.byRef[r.PathValue("ref")] })
}

// image draws the code of the transaction that find finds, under s.mu.
func (s *Sandbox) image(w http.ResponseWriter, r *http.Request, draw func(string) (image.Image, error), find func() *transaction) {
	s.mu.Lock()
	var order, text string
	if t := find(); t != nil {
		order, text = t.OrderID, t.QR
	}
	id := s.ids.uuid()
	s.mu.Unlock()
	fault, _ := s.faults.take(scene{order: order, op: OpQRCode}, answerKinds...)
	if fault.Kind == Slow {
		s.idle(r, fault)
	}
	code, refused := fault.refuses()
	rep := reply{http: http.StatusOK, mime: "image/png"}
	switch {
	case text == "":
		rep = refuse(id, 404)
		rep.http = http.StatusNotFound // an image is not an API answer
	case fault.Kind == Error500:
		rep = refuse(id, 500)
	case refused:
		rep = refuse(id, code)
	default:
		w.Header().Set("Cache-Control", "no-store")
		var b bytes.Buffer
		img, err := draw(text)
		if err == nil {
			err = png.Encode(&b, img)
		}
		if err != nil {
			s.log.Error("draw code", "order", order, "error", err)
			rep = refuse(id, 503)
			break
		}
		rep.body = b.Bytes()
	}
	s.answer(w, r, fault, rep)
}

// plain is the code without a border.
func plain(text string) (image.Image, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("encode code: %w", err)
	}
	code.DisableBorder = true
	return code.Image(-pixelsPerModule), nil
}

// framed is the code with its quiet zone, below a band and above another, as
// the scheme's frame has them.
func framed(text string) (image.Image, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("encode code: %w", err)
	}
	inner := code.Image(-pixelsPerModule)
	const band = 12 * pixelsPerModule
	size := inner.Bounds().Size()
	out := image.NewRGBA(image.Rect(0, 0, size.X, size.Y+2*band))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	red := image.NewUniform(color.RGBA{0xE3, 0x18, 0x37, 0xFF})
	draw.Draw(out, image.Rect(0, 0, size.X, band/2), red, image.Point{}, draw.Src)
	draw.Draw(out, image.Rect(0, size.Y+3*band/2, size.X, size.Y+2*band), red, image.Point{}, draw.Src)
	draw.Draw(out, inner.Bounds().Add(image.Pt(0, band)), inner, image.Point{}, draw.Src)
	return out, nil
}
