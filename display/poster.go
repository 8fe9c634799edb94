package display

import (
	"fmt"
	"image"

	"kasir/display/frame"
)

// Poster is a page that is not the till's: what the self-test says. It looks
// like the till's pages, so that who can read one can read the other.
type Poster struct {
	Mood  Mood
	Name  string   // at the top edge
	Head  string   // a word or two
	Lines []string // sentences, what matters most first
	Keys  []PosterKey
	// Code is text to be scanned. Then Head stands over it or beside it, with
	// the first line.
	Code string
}

// PosterKey is a key that works now, as it is printed, and what it does.
type PosterKey struct{ Key, Does string }

// Mood is how a poster looks before a word of it is read.
type Mood uint8

// The moods.
const (
	Plain Mood = Mood(plain)
	Good  Mood = Mood(good)
	Bad   Mood = Mood(bad)
)

// Poster draws p over all of dst. When its code cannot be drawn, the frame
// has the words alone, and the error is returned.
func (r *Renderer) Poster(dst *frame.Frame, p Poster) error {
	if dst.Format != r.layout.format {
		return fmt.Errorf("render on %v: renderer is for %v", dst.Format, r.layout.format)
	}
	pg := page{mood: mood(p.Mood), head: p.Head, lines: p.Lines}
	switch p.Mood {
	case Good:
		pg.icon = iconCheck
	case Bad:
		pg.icon = iconCross
	}
	for _, k := range p.Keys {
		pg.keys = append(pg.keys, hint{k.Key, k.Does})
	}
	s, err := r.layPoster(p, pg)
	dst.Clear(frame.White)
	s.paint(dst)
	if s.code == nil {
		return err
	}
	return s.code.Draw(dst, s.at, s.plan)
}

func (r *Renderer) layPoster(p Poster, pg page) (*sheet, error) {
	top := strip{name: p.Name}
	if p.Code == "" {
		return r.layout.page(pg, top), nil
	}
	withCode := pg
	withCode.sum, withCode.code = p.Head, &offer{qr: p.Code}
	if len(p.Lines) > 0 {
		withCode.code.scan = p.Lines[0]
	}
	s, err := r.layCode(withCode, top)
	if err != nil {
		return r.layout.page(pg, top), fmt.Errorf("render poster: %w", err)
	}
	return s, nil
}

// patternUnit is the side of the pattern's box, which says where up is.
func patternUnit(size image.Point) int { return max(8, min(size.X, size.Y)/8) }

// Pattern draws what shows most faults of a glass at once: a frame on its very
// edge, a corner that says where up is, a checkerboard of single pixels, bars
// that must be equally wide, and on colour the three primaries.
func Pattern(dst *frame.Frame) {
	size := dst.Format.Size
	dst.Clear(frame.White)
	unit := patternUnit(size)
	box := func(x, y, w, h int, c frame.Color) { dst.Fill(image.Rect(x, y, x+w, y+h), c) }
	for _, edge := range []image.Rectangle{
		image.Rect(0, 0, size.X, 1), image.Rect(0, size.Y-1, size.X, size.Y),
		image.Rect(0, 0, 1, size.Y), image.Rect(size.X-1, 0, size.X, size.Y),
	} {
		dst.Fill(edge, frame.Black)
	}
	box(3, 3, unit, unit, frame.Black) // up and left
	box(3+unit/4, 3+unit/4, unit/2, unit/2, frame.White)
	for y := size.Y / 4; y < size.Y/2; y++ { // single pixels
		for x := size.X / 8; x < size.X*3/8; x++ {
			if (x+y)%2 == 0 {
				box(x, y, 1, 1, frame.Black)
			}
		}
	}
	for i, x := 0, size.X/2; x+1 < size.X*7/8; i, x = i+1, x+1+i/2 { // bars from 1 pixel up
		if i%2 == 0 {
			box(x, size.Y/4, 1+i/2, size.Y/4, frame.Black)
		}
	}
	for i, c := range []frame.Color{frame.Red, frame.Amber, frame.Green, frame.Black} {
		w := (size.X - size.X/4) / 4
		box(size.X/8+i*w, size.Y*5/8, w, size.Y/5, c)
	}
}
