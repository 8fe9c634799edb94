package wiring

import (
	"fmt"
	"slices"
	"strings"

	"kasir/cmd/kasir/board"
)

// part is a thing beside the Pi.
type part struct {
	title, note string
	wires       []wire
	keys        []string // faces of a keypad, a string for each row, words in it
}

// wire goes from a pin of the header to one of a part.
type wire struct {
	pin    int
	at     string // what the part calls it
	colour string
}

// Colours of wires, by what they carry; two of one part never have the same.
const (
	red, black                         = "#d01c1f", "#1a1a1a"
	blue, orange, purple, green, brown = "#1f5fd0", "#e87b00", "#8a2fb8", "#12873b", "#7a4a21"
	pink, teal, grey, yellow           = "#e0529c", "#00969b", "#7b7b7b", "#b99400"
)

// plan is one board on its way to a picture.
type plan struct {
	taken map[int]bool
	parts []part
	err   error
}

// wire adds a wire to a part, when the board has that pin.
func (p *plan) wire(to *part, gpio, at, colour string) {
	if gpio == "" || p.err != nil {
		return
	}
	pin, err := pinOf(gpio)
	if err != nil {
		p.err = err
		return
	}
	p.taken[pin] = true
	to.wires = append(to.wires, wire{pin, at, colour})
}

// power adds a wire to the nearest free pin of that name.
func (p *plan) power(to *part, name, at, colour string) {
	if p.err != nil || len(to.wires) == 0 {
		return
	}
	pin, err := nearest(name, to.wires[0].pin, p.taken)
	if err != nil {
		p.err = err
		return
	}
	p.taken[pin] = true
	to.wires = append(to.wires, wire{pin, at, colour})
}

// parts are what a board is made of, in the order in which their wires leave the
// header.
func parts(b board.Board) ([]part, error) {
	p := &plan{taken: map[int]bool{}}
	p.glass("customers' glass", b.Panel)
	if b.Cashier.There() {
		p.glass("cashier's glass", b.Cashier)
	}
	p.keys(b.Keys)
	p.buzzer(b.Buzzer)
	p.lamps(b.LEDs)
	if b.ALSA != "" {
		p.parts = append(p.parts, part{title: "sound card", note: "HDMI, USB or a HAT of its own: no wire here"})
	}
	for i := range p.parts {
		slices.SortStableFunc(p.parts[i].wires, func(a, b wire) int { return leaves(a.pin) - leaves(b.pin) })
	}
	slices.SortStableFunc(p.parts, func(a, b part) int { return a.middle() - b.middle() })
	return p.parts, p.err
}

// middle is where a part's wires leave the header, in the mean; a part without
// any comes last.
func (p part) middle() int {
	if len(p.wires) == 0 {
		return pinY(len(header) + 1)
	}
	sum := 0
	for _, w := range p.wires {
		sum += leaves(w.pin)
	}
	return sum / len(p.wires)
}

func (p *plan) glass(title string, g board.Glass) {
	bus, ok := buses[g.Bus]
	if !ok {
		p.err = fmt.Errorf("wire %s: the bus %s is not on the 40-pin header", title, g.Bus)
		return
	}
	to := part{title: title, note: g.Kind.Name}
	if g.Kind.I2C {
		p.wire(&to, bus["SDA"], "SDA", blue)
		p.wire(&to, bus["SCL"], "SCL", orange)
	} else {
		p.wire(&to, bus["MOSI"], "SDI, DIN or MOSI", blue)
		p.wire(&to, bus["SCLK"], "SCK or CLK", orange)
		p.wire(&to, bus["CS"], "CS", purple)
	}
	p.wire(&to, g.DC, "DC or RS", green)
	p.wire(&to, g.Reset, "RST or RESET", brown)
	p.wire(&to, g.Busy, "BUSY", teal)
	p.wire(&to, g.Power, "PWR", pink)
	p.wire(&to, g.Light, "LED or BL", yellow)
	p.power(&to, "3V3", "VCC, 3.3 V", red)
	p.power(&to, "GND", "GND", black)
	p.parts = append(p.parts, to)
}

// faces are what keys are for, by their letter in a legend.
var faces = map[rune]string{'#': "OK", '*': "clear", 'b': "back", 'm': "menu", 'z': "00", '+': "+", '.': "-"}

func (p *plan) keys(k board.Keys) {
	if k.Source != "matrix" {
		p.parts = append(p.parts, part{title: "number pad", note: "in any USB socket of the Pi: no wire here"})
		return
	}
	to := part{title: fmt.Sprintf("keypad %dx%d", len(k.Rows), len(k.Columns)), note: "from above, as one looks at it"}
	rows := []string{blue, purple, teal, grey}
	columns := []string{orange, green, brown, pink}
	for i, pin := range k.Rows {
		p.wire(&to, pin, fmt.Sprintf("row %d", i+1), rows[i%len(rows)])
	}
	for i, pin := range k.Columns {
		p.wire(&to, pin, fmt.Sprintf("column %d", i+1), columns[i%len(columns)])
	}
	for _, row := range strings.Fields(k.Legend) {
		var words []string
		for _, letter := range row {
			face, special := faces[letter]
			if !special {
				face = string(letter)
			}
			words = append(words, face)
		}
		to.keys = append(to.keys, strings.Join(words, " "))
	}
	p.parts = append(p.parts, to)
}

func (p *plan) buzzer(b board.Buzzer) {
	if b.Pin == "" {
		return
	}
	to := part{title: "buzzer module, passive", note: "plays tones"}
	if b.Active {
		to = part{title: "buzzer module, active", note: "hums by itself"}
	}
	p.wire(&to, b.Pin, "S or +", orange)
	p.power(&to, "GND", "GND or -", black)
	p.parts = append(p.parts, to)
}

func (p *plan) lamps(l board.LEDs) {
	other, at, colour := "GND", "short legs, all", black
	if l.ActiveLow {
		other, at, colour = "3V3", "long legs, all", red
	}
	to := part{title: "lamps", note: "330 ohms before each"}
	p.wire(&to, l.Ready, "ready, green", green)
	p.wire(&to, l.Wait, "wait, yellow", yellow)
	p.wire(&to, l.Trouble, "trouble, red", pink)
	p.power(&to, other, at, colour)
	if len(to.wires) > 0 {
		p.parts = append(p.parts, to)
	}
}
