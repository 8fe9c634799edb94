package board

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"periph.io/x/conn/v3/physic"
)

const whole = `
# a comment
name            kit with everything
panel           ili9341-2.8
panel.bus       SPI0.0
panel.clock     24MHz
panel.mode      3
panel.dc        GPIO25
panel.reset     GPIO24
panel.light     GPIO18
panel.white     60
panel.rotation  270
panel.invert    yes
panel.bgr       no
cashier         ssd1306
cashier.bus     I2C1
keys            matrix
keys.rows       GPIO5 GPIO6
keys.columns    GPIO12 GPIO16
keys.legend     12 #*
buzzer          GPIO13
buzzer.active   yes
buzzer.low      yes
led.low         yes
led.ready       GPIO20
led.wait        GPIO21
led.trouble     GPIO26
alsa            plughw:0
`

func TestParse(t *testing.T) {
	b, err := parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	p := b.Panel
	if p.Kind.Name != "ili9341-2.8" || p.Bus != "SPI0.0" || p.Clock != 24*physic.MegaHertz || p.Mode != 3 ||
		p.DC != "GPIO25" || p.Reset != "GPIO24" || p.Light != "GPIO18" || p.White != 60 || p.Rotation != 270 {
		t.Errorf("panel is %+v", p)
	}
	if !p.Invert.Or(false) || p.BGR.Or(true) || !b.Cashier.Invert.Or(true) || b.Cashier.BGR.Or(false) {
		t.Errorf("invert %v, bgr %v; cashier's %v, %v", p.Invert, p.BGR, b.Cashier.Invert, b.Cashier.BGR)
	}
	if b.Cashier.Kind.Name != "ssd1306" || b.Cashier.Bus != "I2C1" || b.Cashier.White != 80 {
		t.Errorf("cashier is %+v", b.Cashier)
	}
	if k := b.Keys; k.Source != "matrix" || len(k.Rows) != 2 || len(k.Columns) != 2 || k.Legend != "12 #*" {
		t.Errorf("keys are %+v", k)
	}
	if b.Buzzer != (Buzzer{"GPIO13", true, true}) || b.LEDs != (LEDs{"GPIO20", "GPIO21", "GPIO26", true}) || b.ALSA != "plughw:0" {
		t.Errorf("buzzer %+v, lights %+v, card %q", b.Buzzer, b.LEDs, b.ALSA)
	}
	if got := p.Format().Size; got.X != 320 || got.Y != 240 {
		t.Errorf("turned by 270 it is %v", got)
	}
}

func TestParseRefuses(t *testing.T) {
	drop := func(name string) string {
		var kept []string
		for line := range strings.SplitSeq(whole, "\n") {
			if word, _, _ := strings.Cut(line, " "); word != name {
				kept = append(kept, line)
			}
		}
		return strings.Join(kept, "\n")
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":         {"", "panel is missing"},
		"unknown name":    {whole + "colour red\n", `"colour" is not a name`},
		"unknown field":   {whole + "panel.size 3\n", `"panel.size" is not a name`},
		"no value":        {"panel\n", "panel has no value"},
		"twice":           {whole + "keys evdev\n", "keys is said twice"},
		"line number":     {"\n\npanel lcd\n", "line 3"},
		"unknown glass":   {"panel lcd\n", `"lcd" is no kind of glass`},
		"long":            {"name " + strings.Repeat("x", 200), "longer than 128"},
		"clock":           {"panel.clock fast\n", "line 1"},
		"slow clock":      {"panel.clock 10Hz\n", "want 100kHz to 100MHz"},
		"white":           {"panel.white 0\n", "5 to 100"},
		"rotation":        {"panel.rotation 45\n", "one of [0 90 180 270]"},
		"mode":            {"panel.mode 1\n", "one of [0 3]"},
		"not yes":         {"panel.invert 1\n", "want yes or no"},
		"keys":            {"keys piano\n", "there are evdev"},
		"no bus":          {drop("panel.bus"), "panel.bus is missing"},
		"no dc":           {drop("panel.dc"), "panel.dc is missing"},
		"no keys":         {drop("keys"), "keys is missing"},
		"no rows":         {drop("keys.rows"), "a matrix needs them"},
		"short legend":    {strings.Replace(whole, "12 #*", "12 #", 1), `row "#" has 1 keys, there are 2 pins`},
		"rows of legend":  {strings.Replace(whole, "12 #*", "12", 1), "keys.legend has 1 rows"},
		"no lamp":         {drop("led.ready"), "led.ready is missing"},
		"cashier only":    {strings.Replace(drop("cashier"), "ili9341-2.8", "ssd1306", 1), "no room for a code"},
		"lost cashier":    {drop("cashier"), "cashier is missing"},
		"legend of evdev": {strings.Replace(whole, "matrix", "evdev", 1), "are for a matrix"},
		"one wire":        {strings.Replace(whole, "GPIO13", "GPIO25", 1), "pin GPIO25 is both panel.dc and buzzer"},
		"busy":            {"panel ssd1683-4.2\npanel.bus SPI0.0\npanel.dc A\npanel.reset B\nkeys evdev\n", "panel.busy is missing"},
		"no such fake":    {"panel inky-what\npanel.emulate yes\n", "there is no emulated inky-what"},
		"fast":            {whole + "panel.fast yes\n", "has no fast refresh"},
		"mirror":          {whole + "panel.mirror 127.0.0.1:1\n", "only an emulated glass"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parse([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestReady: what is built in can be read, and is named by what it is called.
func TestReady(t *testing.T) {
	names := Ready()
	if len(names) < 8 {
		t.Errorf("only %q are built in", names)
	}
	for _, name := range names {
		b, err := Read(name)
		if err != nil || b.Name == "" {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
		if _, _, v := b.Panel.Judge(); v == Refused {
			t.Errorf("%s has a glass that is refused", name)
		}
		short := strings.TrimSuffix(strings.TrimPrefix(name, "boards/"), ".conf")
		if other, err := Read(short); err != nil || other.Name != b.Name {
			t.Errorf("%s: %v, %v", short, other.Name, err)
		}
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	mine, large := filepath.Join(dir, "mine.conf"), filepath.Join(dir, "large.conf")
	if err := os.WriteFile(mine, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, []byte(strings.Repeat("# much\n", 4000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := Read(mine); err != nil || b.Name != "kit with everything" {
		t.Errorf("%q, %v", b.Name, err)
	}
	for name, want := range map[string]string{large: "larger than 16 kB", dir: "read board", "nowhere.conf": "there is no such file", "../boards/x": "there is no such file"} {
		if _, err := Read(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}

// TestJudge: the table of module sizes that kits are chosen by.
func TestJudge(t *testing.T) {
	for name, want := range map[string]struct {
		rotation int
		module   float64
		verdict  Verdict
	}{
		"ssd1683-4.2": {0, .85, Comfortable}, "ili9341-2.8": {90, .54, Comfortable}, "st7796-3.5": {90, .77, Comfortable},
		"ssd1680-2.13": {90, .39, CloseUp}, "ssd1681-1.54": {0, .41, CloseUp}, "st7789-1.54": {0, .35, Hard},
		"st7789-1.3": {0, 0, Refused}, "inky-phat": {0, 0, Refused}, "ssd1306": {0, 0, CashierOnly},
	} {
		k, err := kindOf(name)
		if err != nil {
			t.Fatal(err)
		}
		plan, module, verdict := Glass{Kind: k, Rotation: want.rotation}.Judge()
		if math.Abs(module-want.module) > .006 || verdict != want.verdict || (plan.Scale > 0) != (want.module > 0) {
			t.Errorf("%s: %v, %.3f mm, %s; want %.2f mm, %s", name, plan, module, verdict, want.module, want.verdict)
		}
	}
}

// TestPrinter: a printer is a device, and its lines have a width.
func TestPrinter(t *testing.T) {
	const start = "panel ili9341-2.8\npanel.bus SPI0.0\npanel.dc GPIO25\nkeys evdev\n"
	for more, want := range map[string]Printer{
		"":                                     {Columns: 32},
		"printer /dev/usb/lp0\n":               {Path: "/dev/usb/lp0", Columns: 32},
		"printer /dev/x\nprinter.columns 48\n": {Path: "/dev/x", Columns: 48},
	} {
		if b, err := parse([]byte(start + more)); err != nil || b.Printer != want {
			t.Errorf("%q: %+v, %v, want %+v", more, b.Printer, err, want)
		}
	}
	for _, bad := range []string{"printer lp0\n", "printer.columns 10\n", "printer.columns many\n"} {
		if _, err := parse([]byte(start + bad)); err == nil {
			t.Errorf("%q is no error", bad)
		}
	}
}
