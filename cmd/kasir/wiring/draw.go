package wiring

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"

	"kasir/cmd/kasir/board"
)

// Sizes in the picture's own units; it can be printed at any size.
const (
	top      = 96  // y of the first row of pins
	row      = 30  // from one row of the header to the next
	oddX     = 190 // the two columns of the header
	evenX    = 216
	channels = 330 // x from which on wires may turn
	channel  = 11  // from one wire that goes up or down to the next
	partGap  = 26
	partHead = 54 // title and note of a part
	partRow  = 24 // from one pin of a part to the next
	partWide = 290
	keySize  = 44
)

// Draw draws the wiring of a board as SVG. It fails for boards that are not wired
// to a Pi's header: those with emulated glass, or with pins of another name.
func Draw(b board.Board) ([]byte, error) {
	all, err := parts(b)
	if err != nil {
		return nil, fmt.Errorf("draw the wires of %s: %w", b.Name, err)
	}
	used := map[int]string{}
	runs := make([]run, 0, len(header))
	count := 0
	for _, p := range all {
		count += len(p.wires)
	}
	partX := channels + channel*count + 24
	y := top - row/2
	var boxes bytes.Buffer
	for _, p := range all {
		for i, w := range p.wires {
			used[w.pin] = w.colour
			runs = append(runs, run{wire: w, to: y + partHead + i*partRow})
		}
		y += p.box(&boxes, partX, y) + partGap
	}
	turn(runs)

	var out bytes.Buffer
	height := max(y, top+20*row+44)
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="DejaVu Sans, Arial, sans-serif" font-size="13">`+"\n", partX+partWide+24, height)
	fmt.Fprintf(&out, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	text(&out, 24, 36, `font-size="20" font-weight="bold"`, b.Name)
	text(&out, 24, 58, `fill="#555"`, "The names on modules differ and so does their order: go by the names. 3.3 V only, never 5 V.")
	pi(&out)
	for _, r := range runs {
		r.draw(&out, partX)
	}
	pins(&out, used)
	out.Write(boxes.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes(), nil
}

// pinY is the height of a pin of the header.
func pinY(pin int) int { return top + (pin-1)/2*row }

// leaves is the height at which the wire of a pin goes right: those of the odd
// column pass below the pin beside them.
func leaves(pin int) int {
	if pin%2 == 1 {
		return pinY(pin) + row/2
	}
	return pinY(pin)
}

// run is a wire with its way: out of the header, up or down at x, into the part.
type run struct {
	wire
	to, x int
}

// turn gives every wire a place of its own to go up or down, so that wires that
// go the same way do not cross: of those that go down the first turns last, of
// those that go up the first turns first.
func turn(runs []run) {
	order := make([]*run, len(runs))
	for i := range runs {
		order[i] = &runs[i]
	}
	slices.SortStableFunc(order, func(a, b *run) int {
		aDown, bDown := a.to > leaves(a.pin), b.to > leaves(b.pin)
		switch {
		case aDown && bDown:
			return cmp.Compare(leaves(b.pin), leaves(a.pin))
		case !aDown && !bDown:
			return cmp.Compare(leaves(a.pin), leaves(b.pin))
		case aDown:
			return 1
		default:
			return -1
		}
	})
	for i, r := range order {
		r.x = channels + i*channel
	}
}

func (r run) draw(out *bytes.Buffer, partX int) {
	path := fmt.Sprintf("M%d %d", evenX, pinY(r.pin))
	if r.pin%2 == 1 {
		path = fmt.Sprintf("M%d %dL%d %d", oddX, pinY(r.pin), oddX+row/2-2, leaves(r.pin))
	}
	path += fmt.Sprintf("H%dV%dH%d", r.x, r.to, partX)
	fmt.Fprintf(out, `<path d="%s" fill="none" stroke="#fff" stroke-width="7"/>`+"\n", path)
	fmt.Fprintf(out, `<path d="%s" fill="none" stroke="%s" stroke-width="3.5" stroke-linejoin="round"><title>%s</title></path>`+"\n", path, r.colour,
		escape(fmt.Sprintf("pin %d, %s: %s", r.pin, header[r.pin-1], r.at)))
}

func escape(s string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(s)) // a buffer takes everything
	return out.String()
}

func text(out *bytes.Buffer, x, y int, how, what string) {
	fmt.Fprintf(out, `<text x="%d" y="%d" %s>%s</text>`+"\n", x, y, how, escape(what))
}
