package board

import (
	"errors"
	"fmt"
	"strings"

	"periph.io/x/conn/v3/physic"

	"kasir/display/frame"
)

// Board is a device's hardware, as a board file tells it. Pins and buses are
// names, as the kernel has them; "" is none.
type Board struct {
	Name    string
	Panel   Glass // the customers'
	Cashier Glass // a second one; its Kind has no name when there is none
	Keys    Keys
	Buzzer  Buzzer
	LEDs    LEDs
	ALSA    string
	Printer Printer
}

// Printer is a printer for slips; without a path there is none.
type Printer struct {
	Path    string
	Columns int // letters in a line
}

// Glass is one panel and the wires it is on.
type Glass struct {
	Kind                          Kind
	Bus                           string
	Clock                         physic.Frequency // 0: what the controller takes
	Mode                          int              // SPI mode, 0 or 3
	DC, Reset, Busy, Power, Light string
	White                         int // brightness of the back light, percent
	Rotation                      int // degrees
	Invert, BGR                   Maybe
	Fast                          bool // e-paper: full refreshes in half the time, for warm rooms
	Emulate                       bool
	Mirror                        string
}

// There reports whether the board has this glass.
func (g Glass) There() bool { return g.Kind.Name != "" }

// Format is what the glass needs to be given.
func (g Glass) Format() frame.Format { return g.Kind.Format(g.Rotation) }

// Maybe is yes, no, or whatever is usual.
type Maybe uint8

// The answers.
const (
	Usual Maybe = iota
	Yes
	No
)

// Or is the answer where usual is the usual one.
func (m Maybe) Or(usual bool) bool { return m == Yes || m == Usual && usual }

// Keys are where keys come from.
type Keys struct {
	Source        string // evdev, matrix, stdin, tty or web
	Device        string
	Rows, Columns []string
	Legend        string
}

// Buzzer is a thing that hums.
type Buzzer struct {
	Pin       string
	Active    bool // hums by itself
	ActiveLow bool // when its pin is low
}

// LEDs are lamps with a meaning, each a pin. Where one is missing, Ready says
// its part too.
type LEDs struct {
	Ready     string // ready, paid
	Wait      string // busy, a code waits to be scanned
	Trouble   string // a person must look
	ActiveLow bool   // on when their pins are low
}

// Sources are the words that "keys" may have.
var Sources = []string{"evdev", "matrix", "stdin", "tty", "web"}

// check looks at the whole, and says all that is wrong.
func (b *Board) check() error {
	errs := []error{b.Panel.check("panel"), b.Keys.check()}
	if !b.Panel.There() {
		errs = append(errs, errors.New("panel is missing: which glass is it?"))
	}
	if b.Panel.Kind.Text {
		errs = append(errs, fmt.Errorf("panel %s: it has no room for a code; as a cashier's glass it is fine", b.Panel.Kind.Name))
	}
	if b.Cashier.There() {
		errs = append(errs, b.Cashier.check("cashier"))
	} else if b.Cashier != (Glass{White: defaultWhite}) {
		errs = append(errs, errors.New("cashier is missing: there are lines about the cashier's glass, but which is it?"))
	}
	if b.Keys.Source == "" {
		errs = append(errs, errors.New("keys is missing: where do keys come from?"))
	}
	if b.LEDs.Ready == "" && (b.LEDs.Wait != "" || b.LEDs.Trouble != "") {
		errs = append(errs, errors.New("led.ready is missing: it says what the other lamps do not"))
	}
	return errors.Join(append(errs, b.checkPins())...)
}

func (g Glass) check(name string) error {
	if !g.There() {
		return nil
	}
	var errs []error
	need := func(what, value string) {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s.%s is missing: a %s needs it", name, what, g.Kind.Name))
		}
	}
	need("bus", g.Bus)
	if !g.Kind.I2C {
		need("dc", g.DC)
		if g.Kind.Busy || g.Kind.Driver == SSD168x {
			need("reset", g.Reset)
		}
	}
	if g.Kind.Busy {
		need("busy", g.Busy)
	}
	if g.Fast && g.Kind.Driver != SSD168x {
		errs = append(errs, fmt.Errorf("%s.fast: a %s has no fast refresh", name, g.Kind.Name))
	}
	if g.Emulate && g.Kind.Driver == Drawer {
		errs = append(errs, fmt.Errorf("%s.emulate: there is no emulated %s", name, g.Kind.Name))
	}
	if g.Mirror != "" && !g.Emulate {
		errs = append(errs, fmt.Errorf("%s.mirror: only an emulated glass can be seen in a browser", name))
	}
	return errors.Join(errs...)
}

func (k Keys) check() error {
	if k.Source != "matrix" {
		if len(k.Rows)+len(k.Columns) > 0 || k.Legend != "" {
			return fmt.Errorf("keys %s: rows, columns and a legend are for a matrix", k.Source)
		}
		return nil
	}
	legend := strings.Fields(k.Legend)
	if len(k.Rows) == 0 || len(k.Columns) == 0 {
		return errors.New("keys.rows and keys.columns are missing: a matrix needs them")
	}
	if len(legend) != len(k.Rows) {
		return fmt.Errorf("keys.legend has %d rows: there are %d pins for rows", len(legend), len(k.Rows))
	}
	for _, row := range legend {
		if n := len([]rune(row)); n != len(k.Columns) {
			return fmt.Errorf("keys.legend: row %q has %d keys, there are %d pins for columns", row, n, len(k.Columns))
		}
	}
	return nil
}

// checkPins finds a pin that is named twice: two things on one wire.
func (b *Board) checkPins() error {
	var errs []error
	used := map[string]string{}
	use := func(as, pin string) {
		if pin == "" {
			return
		}
		if other, twice := used[pin]; twice {
			errs = append(errs, fmt.Errorf("pin %s is both %s and %s", pin, other, as))
		}
		used[pin] = as
	}
	b.Panel.pins("panel", use)
	b.Cashier.pins("cashier", use)
	for _, p := range b.Keys.Rows {
		use("a row of keys", p)
	}
	for _, p := range b.Keys.Columns {
		use("a column of keys", p)
	}
	use("buzzer", b.Buzzer.Pin)
	use("led.ready", b.LEDs.Ready)
	use("led.wait", b.LEDs.Wait)
	use("led.trouble", b.LEDs.Trouble)
	return errors.Join(errs...)
}

func (g Glass) pins(name string, use func(as, pin string)) {
	use(name+".dc", g.DC)
	use(name+".reset", g.Reset)
	use(name+".busy", g.Busy)
	use(name+".power", g.Power)
	use(name+".light", g.Light)
}
