package display

import (
	"fmt"

	"kasir/display/frame"
	"kasir/display/qr"
	"kasir/terminal"
)

// Renderer draws views. It remembers faces and the last code, and nothing that
// could be seen: the same view on the same format is always the same frame. It
// is for one goroutine.
type Renderer struct {
	layout  *layout
	codes   qr.Encoder
	cashier bool // a small glass without codes
}

// NewRenderer is a renderer for one format. It returns an error when the
// format is not sound, or when a payment code cannot be scanned from it; then
// errors.Is(err, qr.ErrTooSmall).
func NewRenderer(f frame.Format) (*Renderer, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	if f.Size.X < minWidth || f.Size.Y < minHeight {
		return nil, fmt.Errorf("use %v as a payment terminal: want %dx%d pixels at least", f, minWidth, minHeight)
	}
	l := newLayout(f)
	if _, err := l.findPlace(usual); err != nil {
		return nil, fmt.Errorf("use %v as a payment terminal: %w", f, err)
	}
	return &Renderer{layout: l}, nil
}

// The least glass on which every screen can say what matters. A smaller panel
// is perhaps held the wrong way round.
const minWidth, minHeight = 200, 120

// usual are the versions of a payment code of 273 characters, which is as long
// as acquirers' codes are today (measured on codes with tags 51 and 62).
var usual = qr.Versions{qr.L: 10, qr.M: 10, qr.Q: 13, qr.H: 15}

// Format is what Render wants its frames to be.
func (r *Renderer) Format() frame.Format { return r.layout.format }

// Render draws v over all of dst. When the code on a view cannot be drawn, the
// frame says so in words and the error is returned: the picture is complete
// either way.
func (r *Renderer) Render(dst *frame.Frame, v terminal.View) error {
	if dst.Format != r.layout.format {
		return fmt.Errorf("render on %v: renderer is for %v", dst.Format, r.layout.format)
	}
	s, err := r.lay(v)
	dst.Clear(frame.White)
	s.paint(dst)
	if s.code == nil {
		return err
	}
	return s.code.Draw(dst, s.at, s.plan)
}

// lay lays a view out. The sheet is there also when there is an error.
func (r *Renderer) lay(v terminal.View) (*sheet, error) {
	if r.cashier {
		return r.layCashier(v), nil
	}
	p, w := compose(v), wordsOf(v.Strip.Lang)
	if p.code == nil {
		return r.layout.page(p, stripOf(v, w)), nil
	}
	s, err := r.layCode(p, stripOf(v, w))
	if err == nil {
		return s, nil
	}
	return r.layout.page(tooLarge(p, w), stripOf(v, w)), fmt.Errorf("render %s: %w", v.Screen.Name(), err)
}

func (r *Renderer) layCode(p page, st strip) (*sheet, error) {
	versions, err := r.codes.Measure(p.code.qr)
	if err != nil {
		return nil, err
	}
	s, err := r.layout.codePage(p, st, versions)
	if err != nil {
		return nil, err
	}
	s.code, err = r.codes.Encode(p.code.qr, s.plan.Level)
	return s, err
}
