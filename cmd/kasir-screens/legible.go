package main

import (
	"bytes"
	"fmt"
	"math"
	"os"

	"kasir/display"
	"kasir/display/frame"
	"kasir/display/story"
	"kasir/terminal"
)

// Distances at which a letter is read, in its heights: at once, and at all by
// somebody with ordinary eyes (a letter of five minutes of arc).
const (
	readAtOnce = 200
	readAtAll  = 680
)

// leastContrast is what ordinary text must have (WCAG 2.2, 1.4.3).
const leastContrast = 4.5

const legibleHead = `# How large and how clear

Made by ` + "`go run ./cmd/kasir-screens -legible -o cmd/kasir-screens/guide/legible.md`" + ` from every screen in both languages; a test holds it.

Heights are those of a capital letter or a digit, at their smallest on any screen: of any text; of the money while it is keyed, asked for and
paid; of the word that says it is paid. "At once" is as far as 200 times that height, "at all" 680 times (5 minutes of arc). A module is the
smallest square of a payment code of 273 characters; phones read half a millimetre and more from 20 to 30 cm. Contrast is that of the
faintest text with its ground, as WCAG 2.2 reckons it from the colours that are sent; ordinary text needs 4.5. On e-paper there is black and
white, and how far apart those are is the panel's (makers say 8 or more).

| glass | any text | money | money at once, at all | PAID | module | contrast |
|---|---|---|---|---|---|---|
`

// legible is the table, as Markdown.
func legible() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(legibleHead)
	for _, g := range glasses {
		if g.cashier {
			continue
		}
		line, err := legibleOn(g.Name, g.format)
		if err != nil {
			return nil, fmt.Errorf("measure screens on %s: %w", g.Name, err)
		}
		out.WriteString(line)
	}
	return out.Bytes(), nil
}

// legibleOn is the table's line for one glass.
func legibleOn(name string, format frame.Format) (string, error) {
	r, err := display.NewRenderer(format)
	if err != nil {
		return "", err
	}
	f := frame.New(format)
	smallest, money, paid, contrast, module := math.MaxInt, math.MaxInt, math.MaxInt, 21.0, math.MaxInt
	for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		for _, s := range story.Shots(lang) {
			l, err := r.Legible(f, s.View)
			if err != nil {
				return "", err
			}
			smallest, contrast = min(smallest, l.Smallest), min(contrast, l.Contrast)
			switch s.View.Screen.(type) {
			case terminal.Entering, terminal.Offering, terminal.Thanks:
				if l.Amount > 0 {
					money = min(money, l.Amount)
				}
			}
			switch s.View.Screen.(type) {
			case terminal.Thanks:
				paid = min(paid, l.State)
			case terminal.Offering:
				module = min(module, l.Module)
			}
		}
	}
	mm := func(px int) float64 { return float64(px) * format.Pitch }
	return fmt.Sprintf("| %s, %dx%d | %.1f mm | %.1f mm | %.1f m, %.1f m | %.1f mm | %.2f mm | %.1f |\n", name, format.Size.X, format.Size.Y,
		mm(smallest), mm(money), mm(money)*readAtOnce/1000, mm(money)*readAtAll/1000, mm(paid), mm(module), contrast), nil
}

func writeLegible(path string) error {
	text, err := legible()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}
