package qr

import (
	"fmt"
	"image"

	"kasir/display/frame"
)

// Draw draws the code black on white with its top left corner, quiet zone
// included, at a point. It draws whole rows of runs and repeats them, and
// allocates nothing. Where it would leave the frame it draws nothing and
// returns an error: half a code is worse than none.
func (c *Code) Draw(f *frame.Frame, at image.Point, p Plan) error {
	area := image.Rectangle{Min: at, Max: at.Add(image.Pt(p.Side(), p.Side()))}
	if p.Version != c.Version || p.Level != c.Level || p.Scale < 1 || !area.In(f.Bounds()) {
		return fmt.Errorf("draw code: plan (%v) at %v does not suit a version %d-%v code on %v",
			p, at, c.Version, c.Level, f.Format)
	}
	f.Fill(area, frame.White)
	left, top := at.X+p.Quiet*p.Scale, at.Y+p.Quiet*p.Scale
	for y := range c.Size {
		row := image.Rect(left, top, left+c.Size*p.Scale, top+p.Scale)
		c.drawRow(f, y, row, p.Scale)
		f.Repeat(row)
		top += p.Scale
	}
	return nil
}

// drawRow draws the dark runs of one row of modules, one pixel high.
func (c *Code) drawRow(f *frame.Frame, y int, row image.Rectangle, scale int) {
	bits := c.dark[y*c.stride : (y+1)*c.stride]
	start := -1
	for x := range c.Size {
		dark := bits[x>>3]&(0x80>>(x&7)) != 0
		switch {
		case dark && start < 0:
			start = x
		case !dark && start >= 0:
			f.Span(row.Min.Y, row.Min.X+start*scale, row.Min.X+x*scale, frame.Black)
			start = -1
		}
	}
	if start >= 0 {
		f.Span(row.Min.Y, row.Min.X+start*scale, row.Max.X, frame.Black)
	}
}
