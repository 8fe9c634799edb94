package board

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"periph.io/x/conn/v3/physic"
)

//go:embed boards/*.conf
var ready embed.FS

const (
	maxFile        = 16 << 10 // bytes of a board file
	maxValue       = 128      // bytes of a value
	defaultColumns = 32       // of 58 mm paper
	defaultWhite   = 80       // percent: a dim code fails, and so does a glaring one on cheap phones
)

// Ready are the paths of the board files that are built in, "boards/NAME.conf".
func Ready() []string {
	names, err := fs.Glob(ready, "boards/*.conf")
	if err != nil {
		panic(err) // the pattern is ours
	}
	return names
}

// Read reads a board file. A path that names no file on this machine may be
// that of one that is built in: "boards/epaper-4in2.conf", or just
// "epaper-4in2".
func Read(name string) (Board, error) {
	text, err := load(name)
	if err != nil {
		return Board{}, fmt.Errorf("read board %s: %w", name, err)
	}
	b, err := parse(text)
	if err != nil {
		return Board{}, fmt.Errorf("read board %s: %w", name, err)
	}
	return b, nil
}

func load(name string) ([]byte, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		for _, at := range []string{name, path.Join("boards", name+".conf")} {
			if text, err := ready.ReadFile(path.Clean(at)); err == nil {
				return text, nil
			}
		}
		return nil, errors.New("there is no such file, and none of that name is built in; kasir boards lists those")
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("it is larger than %d kB, so it is hardly a board file", maxFile>>10)
	}
	return text, err
}

func parse(text []byte) (Board, error) {
	b := Board{Panel: Glass{White: defaultWhite}, Cashier: Glass{White: defaultWhite}, Printer: Printer{Columns: defaultColumns}}
	said := map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		if name == "" || name[0] == '#' {
			continue
		}
		value = strings.TrimSpace(value)
		var err error
		switch {
		case value == "":
			err = fmt.Errorf("%s has no value", name)
		case len(value) > maxValue:
			err = fmt.Errorf("the value of %s is longer than %d", name, maxValue)
		case said[name]:
			err = fmt.Errorf("%s is said twice", name)
		default:
			err = b.set(name, value)
		}
		if err != nil {
			return b, fmt.Errorf("line %d: %w", n, err)
		}
		said[name] = true
	}
	if err := lines.Err(); err != nil {
		return b, err
	}
	return b, b.check()
}

// set takes one line.
func (b *Board) set(name, value string) error {
	part, field, _ := strings.Cut(name, ".")
	switch part {
	case "panel":
		return b.Panel.set(name, field, value)
	case "cashier":
		return b.Cashier.set(name, field, value)
	}
	texts := map[string]*string{
		"name": &b.Name, "alsa": &b.ALSA, "keys.device": &b.Keys.Device, "keys.legend": &b.Keys.Legend,
		"buzzer": &b.Buzzer.Pin, "led.ready": &b.LEDs.Ready, "led.wait": &b.LEDs.Wait, "led.trouble": &b.LEDs.Trouble,
	}
	if into, ok := texts[name]; ok {
		*into = value
		return nil
	}
	switch name {
	case "keys":
		if !slices.Contains(Sources, value) {
			return fmt.Errorf("keys %s: there are %s", value, strings.Join(Sources, ", "))
		}
		b.Keys.Source = value
	case "keys.rows":
		b.Keys.Rows = strings.Fields(value)
	case "keys.columns":
		b.Keys.Columns = strings.Fields(value)
	case "printer":
		if b.Printer.Path = value; !strings.HasPrefix(value, "/dev/") {
			return fmt.Errorf("printer %s: want a device, like /dev/usb/lp0", value)
		}
	case "printer.columns":
		n, err := strconv.Atoi(value)
		if b.Printer.Columns = n; err != nil || n < 24 || n > 64 {
			return fmt.Errorf("printer.columns %s: want 24 to 64", value)
		}
	case "buzzer.active":
		return yes(name, value, &b.Buzzer.Active)
	case "buzzer.low":
		return yes(name, value, &b.Buzzer.ActiveLow)
	case "led.low":
		return yes(name, value, &b.LEDs.ActiveLow)
	default:
		return fmt.Errorf("%q is not a name that a board file has", name)
	}
	return nil
}

func (g *Glass) set(name, field, value string) (err error) {
	texts := map[string]*string{
		"bus": &g.Bus, "dc": &g.DC, "reset": &g.Reset, "busy": &g.Busy, "power": &g.Power, "light": &g.Light, "mirror": &g.Mirror,
	}
	if into, ok := texts[field]; ok {
		*into = value
		return nil
	}
	switch field {
	case "":
		g.Kind, err = kindOf(value)
	case "clock":
		if err = g.Clock.Set(value); err == nil && (g.Clock < 100*physic.KiloHertz || g.Clock > 100*physic.MegaHertz) {
			err = fmt.Errorf("%s %s: want 100kHz to 100MHz", name, value)
		}
	case "mode":
		g.Mode, err = number(name, value, 0, 3)
	case "white":
		if g.White, err = strconv.Atoi(value); err != nil || g.White < 5 || g.White > 100 {
			err = fmt.Errorf("%s %s: want 5 to 100 percent", name, value)
		}
	case "rotation":
		g.Rotation, err = number(name, value, 0, 90, 180, 270)
	case "invert":
		err = maybe(name, value, &g.Invert)
	case "bgr":
		err = maybe(name, value, &g.BGR)
	case "fast":
		err = yes(name, value, &g.Fast)
	case "emulate":
		err = yes(name, value, &g.Emulate)
	default:
		err = fmt.Errorf("%q is not a name that a board file has", name)
	}
	return err
}

// number is one of a few numbers.
func number(name, value string, of ...int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || !slices.Contains(of, n) {
		return 0, fmt.Errorf("%s %s: want one of %v", name, value, of)
	}
	return n, nil
}

func maybe(name, value string, into *Maybe) error {
	var is bool
	if err := yes(name, value, &is); err != nil {
		return err
	}
	*into = No
	if is {
		*into = Yes
	}
	return nil
}

func yes(name, value string, into *bool) error {
	if value != "yes" && value != "no" {
		return fmt.Errorf("%s %s: want yes or no", name, value)
	}
	*into = value == "yes"
	return nil
}
