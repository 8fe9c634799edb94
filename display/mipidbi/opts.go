package mipidbi

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"kasir/display/frame"
)

// Controller is a family of chips.
type Controller uint8

// The controllers.
const (
	ILI9341 Controller = iota // 240x320, modules of 2.4 and 2.8"
	ST7789                    // 240x320, on modules of 1.14 to 2.8"
	ST7796                    // 320x480, modules of 3.5"
)

func (c Controller) String() string {
	if int(c) < len(chips) {
		return chips[c].name
	}
	return fmt.Sprintf("controller %d", uint8(c))
}

// Choice is what a module's maker decided.
type Choice uint8

// The choices.
const (
	Usual Choice = iota // as most modules with this controller have it
	Yes
	No
)

func (c Choice) or(usual bool) bool { return c == Yes || c == Usual && usual }

// Opts describe a module. The zero value is a 2.8" ILI9341, upright.
type Opts struct {
	Controller Controller
	// Size is the glass in pixels with the connector below or above, that is
	// not turned; zero is all that the controller has.
	Size image.Point
	// At is where the glass begins in the controller's memory, column and row.
	// Nil is right for glass as large as the memory, and for the usual sizes of
	// ST7789: 240x240, 240x280, 170x320, 172x320, 135x240.
	At *image.Point
	// Rotation is how far the picture is turned on the glass, in quarters
	// clockwise, 0 to 3.
	Rotation int

	BGR    Choice // its colour filter begins with blue
	Invert Choice // it shows negatives unless told: most IPS glass
	Mirror Choice // its columns are wired from the right

	// Freq is the SPI clock, 1 to 100 MHz; 0 is 32 MHz. Datasheets promise
	// writes at 10 MHz (ILI9341), 15 (ST7796) and 62 (ST7789); modules are
	// commonly run at 24 to 45. Lower it when pixels are wrong.
	Freq physic.Frequency
	// Mode is Mode0, or Mode3 for ST7789 modules without a chip select.
	Mode spi.Mode

	// Brightness is that of the backlight in percent, 1 to 100; 0 is 80. It
	// needs a pin with PWM; another is fully on.
	Brightness int
	// PWM is the backlight's frequency; 0 is 10 kHz, too fast for the shutters
	// of cameras to show stripes.
	PWM physic.Frequency

	// Retries is how often a frame that fails is tried again at once, after a
	// reset, up to 5; 0 is 1, below 0 is never. Who shows frames tries again
	// later anyway.
	Retries int
	// Renew is how old the registers get before a large change of the picture
	// takes the occasion to set them anew; 0 is 5 minutes, below 0 is never.
	Renew time.Duration
}

const (
	usualFreq       = 32 * physic.MegaHertz
	usualPWM        = 10 * physic.KiloHertz
	usualBrightness = 80
	usualRetries    = 1
	usualRenew      = 5 * time.Minute
)

// modules are modules that can be bought, by name.
var modules = map[string]Opts{
	"ili9341":        {Controller: ILI9341},
	"st7789":         {Controller: ST7789},
	"st7789-240x240": {Controller: ST7789, Size: image.Pt(240, 240)},
	"st7789-170x320": {Controller: ST7789, Size: image.Pt(170, 320)},
	"st7789-135x240": {Controller: ST7789, Size: image.Pt(135, 240)},
	"st7796":         {Controller: ST7796},
}

// Modules are the names that Module knows.
func Modules() []string {
	names := make([]string, 0, len(modules))
	for n := range modules {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Module is a module by name, to be changed where one's own differs.
func Module(name string) (Opts, error) {
	o, ok := modules[name]
	if !ok {
		return Opts{}, fmt.Errorf("use module %q: there are %s", name, strings.Join(Modules(), ", "))
	}
	return o, nil
}

// withDefaults checks o and fills in what was left to us.
func (o Opts) withDefaults() (Opts, error) {
	if int(o.Controller) >= len(chips) {
		return o, fmt.Errorf("use %v: there are ILI9341, ST7789 and ST7796", o.Controller)
	}
	chip := chips[o.Controller]
	if o.Size == (image.Point{}) {
		o.Size = chip.ram
	}
	if err := (frame.Format{Size: o.Size, Depth: frame.RGB565}).Check(); err != nil {
		return o, fmt.Errorf("use %v: %w", o.Controller, err)
	}
	at, ok := chip.place(o)
	if !ok {
		return o, fmt.Errorf("use %v with glass of %v: say where in its memory of %v it begins", o.Controller, o.Size, chip.ram)
	}
	o.At = &at
	if glass := (image.Rectangle{Min: at, Max: at.Add(o.Size)}); !glass.In(image.Rectangle{Max: chip.ram}) {
		return o, fmt.Errorf("use %v with glass of %v at %v: its memory is %v", o.Controller, o.Size, at, chip.ram)
	}
	o.Freq, o.PWM = orElse(o.Freq, usualFreq), orElse(o.PWM, usualPWM)
	o.Brightness, o.Renew = orElse(o.Brightness, usualBrightness), orElse(o.Renew, usualRenew)
	o.Retries = max(orElse(o.Retries, usualRetries), 0)
	return o, o.checkNumbers()
}

func (o Opts) checkNumbers() error {
	for _, c := range []struct {
		ok   bool
		what string
	}{
		{o.Rotation >= 0 && o.Rotation <= 3, fmt.Sprintf("rotation %d: want 0 to 3 quarters", o.Rotation)},
		{o.Freq >= physic.MegaHertz && o.Freq <= 100*physic.MegaHertz, fmt.Sprintf("clock %v: want 1 to 100 MHz", o.Freq)},
		{o.Mode == spi.Mode0 || o.Mode == spi.Mode3, fmt.Sprintf("SPI %v: want Mode0 or Mode3", o.Mode)},
		{o.Brightness >= 1 && o.Brightness <= 100, fmt.Sprintf("brightness %d: want 1 to 100 percent", o.Brightness)},
		{o.PWM > 0, fmt.Sprintf("backlight at %v", o.PWM)},
		{o.Retries <= 5, fmt.Sprintf("%d retries: want 5 at most", o.Retries)},
		{max(o.BGR, o.Invert, o.Mirror) <= No, "BGR, Invert or Mirror: want Usual, Yes or No"},
	} {
		if !c.ok {
			return fmt.Errorf("use %v: %s", o.Controller, c.what)
		}
	}
	return nil
}

func orElse[T comparable](v, usual T) T {
	var zero T
	if v == zero {
		return usual
	}
	return v
}
