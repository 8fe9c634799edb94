package wiring

import (
	"bytes"
	"fmt"
	"strings"
)

// pi draws the board under the header, as it lies with its card at the top.
func pi(out *bytes.Buffer) {
	fmt.Fprintf(out, `<rect x="24" y="%d" width="%d" height="%d" rx="14" fill="#1d6b3c"/>`+"\n", top-28, evenX+14-24, 19*row+56)
	fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#222"/>`+"\n", oddX-13, top-14, evenX-oddX+26, 19*row+28)
	text(out, 36, top-8, `fill="#fff" font-weight="bold"`, "Raspberry Pi")
	text(out, 36, top+10, `fill="#fff"`, "this end: card")
}

// pins draws the header over the wires, with the number and the name of each pin;
// those in use have the colour of their wire.
func pins(out *bytes.Buffer, used map[int]string) {
	for i, name := range header {
		pin := i + 1
		y := pinY(pin)
		x, side := oddX, `text-anchor="end"`
		label := oddX - 22
		if pin%2 == 0 {
			x, side, label = evenX, `text-anchor="start"`, evenX+24
		}
		colour, taken := used[pin]
		if !taken {
			colour = "#c9b458"
		}
		if pin%2 == 0 { // wires pass here
			fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="16" rx="4" fill="#fff"/>`+"\n", label-4, y-8, 10*len(name)+8)
		}
		shape := `rx="11"`
		if pin == 1 {
			shape = `rx="2"` // on the board too, the first is square
		}
		fmt.Fprintf(out, `<rect x="%d" y="%d" width="22" height="22" %s fill="%s" stroke="#fff" stroke-width="1.5"/>`+"\n", x-11, y-11, shape, colour)
		number := `text-anchor="middle" font-size="11" fill="#fff"`
		if !taken {
			number = `text-anchor="middle" font-size="11" fill="#222"`
		}
		text(out, x, y+4, number, fmt.Sprint(pin))
		how := side + ` fill="#8a8a8a"`
		switch {
		case pin%2 == 1 && taken:
			how = side + ` fill="#fff" font-weight="bold"`
		case pin%2 == 1:
			how = side + ` fill="#9fc7ad"`
		case taken:
			how = side + ` fill="#111" font-weight="bold"`
		}
		text(out, label, y+5, how, name)
	}
}

// box draws a part with its upper left corner at x, y, and returns its height.
func (p part) box(out *bytes.Buffer, x, y int) int {
	height := partHead + len(p.wires)*partRow
	if len(p.wires) == 0 {
		height = partHead + 4
	}
	if len(p.keys) > 0 {
		height += len(p.keys)*keySize + 12
	}
	fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" rx="8" fill="#f4f6f8" stroke="#345" stroke-width="1.5"/>`+"\n", x, y, partWide, height)
	text(out, x+14, y+19, `font-weight="bold"`, p.title)
	text(out, x+14, y+35, `fill="#555" font-size="12"`, p.note)
	for i, w := range p.wires {
		at := y + partHead + i*partRow
		fmt.Fprintf(out, `<circle cx="%d" cy="%d" r="6" fill="%s"/>`+"\n", x, at, w.colour)
		text(out, x+14, at+5, "", w.at)
		text(out, x+partWide-12, at+5, `text-anchor="end" fill="#555"`, fmt.Sprintf("%s, pin %d", header[w.pin-1], w.pin))
	}
	at := y + partHead + len(p.wires)*partRow
	for i, keys := range p.keys {
		for j, face := range strings.Fields(keys) {
			keyX, keyY := x+14+j*(keySize+4), at+i*keySize
			fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" rx="5" fill="#fff" stroke="#9ab"/>`+"\n", keyX, keyY, keySize, keySize-6)
			text(out, keyX+keySize/2, keyY+keySize/2+2, `text-anchor="middle" font-size="12"`, face)
		}
	}
	return height
}
