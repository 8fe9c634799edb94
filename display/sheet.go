package display

import (
	"image"

	"kasir/display/frame"
	"kasir/display/qr"
	"kasir/display/text"
)

// sheet is a laid-out page: what stands where. Nothing on it lies outside of
// the frame, and no text on another or on the code.
type sheet struct {
	items []item
	code  *qr.Code // nil when there is none
	plan  qr.Plan
	at    image.Point
	lost  int  // rows that were left out for lack of room
	cut   bool // and a text had to be cut short all the same
}

// item is one thing to draw.
type item struct {
	kind       kind
	box        image.Rectangle
	ink, paper frame.Color
	face       *text.Face
	text       string
	icon       icon
}

type kind uint8

const (
	fillItem    kind = iota // box in paper
	textItem                // text in ink; box is exactly its ink's place
	iconItem                // icon in ink
	stripesItem             // diagonal stripes of ink and paper
	patternItem             // the pattern that shows faults of a glass, all over it
	capItem                 // box in paper with its corners cut: a key, a label
)

func (s *sheet) fill(box image.Rectangle, c frame.Color) {
	s.items = append(s.items, item{kind: fillItem, box: box, paper: c})
}

func (s *sheet) stripes(box image.Rectangle, ink, paper frame.Color) {
	s.items = append(s.items, item{kind: stripesItem, box: box, ink: ink, paper: paper})
}

// write sets a text with its top left corner at a point and returns its box.
func (s *sheet) write(f *text.Face, at image.Point, str string, ink frame.Color) image.Rectangle {
	box := image.Rectangle{Min: at, Max: at.Add(image.Pt(f.Width(str), f.Rise()+f.Depth(str)))}
	s.items = append(s.items, item{kind: textItem, box: box, ink: ink, face: f, text: str})
	return box
}

// label writes in inverse video: paper in ink's place. box is the whole label.
func (s *sheet) label(f *text.Face, box image.Rectangle, str string, ink, paper frame.Color) {
	s.items = append(s.items, item{kind: capItem, box: box, paper: ink})
	at := box.Min.Add(image.Pt((box.Dx()-f.Width(str))/2, (box.Dy()-f.Height())/2))
	s.write(f, at, str, paper)
}

// pad is the space between a label's ink and its edge.
func pad(f *text.Face) int { return max(2, f.Px/6) }

// labelSize is how large a label of str is.
func labelSize(f *text.Face, str string) image.Point {
	return image.Pt(f.Width(str)+4*pad(f), f.Height()+2*pad(f)-1)
}

// paint draws the items in their order.
func (s *sheet) paint(f *frame.Frame) {
	for _, i := range s.items {
		switch i.kind {
		case fillItem:
			f.Fill(i.box, i.paper)
		case textItem:
			i.face.Draw(f, i.box.Min, i.text, i.ink)
		case iconItem:
			i.icon.draw(f, i.box, i.ink)
		case stripesItem:
			paintStripes(f, i.box, i.ink, i.paper)
		case patternItem:
			Pattern(f)
		case capItem:
			paintCap(f, i.box, i.paper)
		}
	}
}

// stripe is the width of a diagonal stripe in pixels, measured along a row.
const stripe = 8

func paintStripes(f *frame.Frame, box image.Rectangle, ink, paper frame.Color) {
	box = box.Intersect(f.Bounds())
	f.Fill(box, paper)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X - (box.Min.X+y)%(2*stripe); x < box.Max.X; x += 2 * stripe {
			f.Span(y, max(x, box.Min.X), min(x+stripe, box.Max.X), ink)
		}
	}
}

func paintCap(f *frame.Frame, box image.Rectangle, c frame.Color) {
	if box.Dx() < 4 || box.Dy() < 4 {
		f.Fill(box, c)
		return
	}
	f.Fill(image.Rect(box.Min.X+2, box.Min.Y, box.Max.X-2, box.Max.Y), c)
	f.Fill(image.Rect(box.Min.X+1, box.Min.Y+1, box.Max.X-1, box.Max.Y-1), c)
	f.Fill(image.Rect(box.Min.X, box.Min.Y+2, box.Max.X, box.Max.Y-2), c)
}
