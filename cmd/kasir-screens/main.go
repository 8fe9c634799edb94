// Program kasir-screens writes a page that shows every screen of a till on every
// kind of glass in every language side by side: for whoever designs a screen,
// translates one, or wants to see what a till says. It draws with the device's
// own renderer, so what it shows is what is shown. It is for developers, and
// never on a device. Next room to visit: display/story, which lists the screens.
package main

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"flag"
	"fmt"
	"html/template"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kasir/display"
	"kasir/display/frame"
	"kasir/display/story"
	"kasir/terminal"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// glasses are the kinds there are, the recommended ones first, and the
// cashier's own last.
var glasses = []struct {
	Name    string
	format  frame.Format
	cashier bool
}{
	{`4.2" e-paper`, frame.Format{Size: image.Pt(400, 300), Pitch: .212}, false},
	{`2.8" LCD`, frame.Format{Size: image.Pt(320, 240), Depth: frame.RGB565, Pitch: .18}, false},
	{`3.5" LCD`, frame.Format{Size: image.Pt(480, 320), Depth: frame.RGB565, Pitch: .153}, false},
	{`2.8" LCD, upright`, frame.Format{Size: image.Pt(240, 320), Depth: frame.RGB565, Pitch: .18}, false},
	{`2.13" e-paper`, frame.Format{Size: image.Pt(250, 122), Pitch: .194}, false},
	{`1.54" e-paper`, frame.Format{Size: image.Pt(200, 200), Pitch: .138}, false},
	{"cashier's OLED", frame.Format{Size: image.Pt(128, 64)}, true},
}

// row is one screen on all glass.
type row struct {
	Name  string
	Lang  string
	Cells []cell
}

type cell struct {
	Glass         string
	Width, Height int
	PNG           template.URL
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program; it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("kasir-screens", flag.ContinueOnError)
	f.SetOutput(stderr)
	out := f.String("o", "bin/screens.html", "`file` to write")
	only := f.String("only", "", "draw the screens whose name begins with this `word`; empty: all")
	card := f.String("card", "", "instead of the page write the quick-start card in this `language`, id or en, as SVG")
	table := f.Bool("legible", false, "instead of the page write how large and how clear everything is on each glass, as Markdown")
	if err := f.Parse(args); err != nil {
		return 2
	}
	var err error
	switch {
	case *card != "":
		err = writeCard(*out, *card)
	case *table:
		err = writeLegible(*out)
	default:
		err = write(*out, *only)
	}
	if err != nil {
		fmt.Fprintln(stderr, "kasir-screens:", err)
		return 1
	}
	fmt.Fprintln(stdout, *out)
	return 0
}

func write(path, only string) error {
	rows, err := draw(only)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := page.Execute(&text, rows); err != nil {
		return fmt.Errorf("make page: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// draw draws every screen whose name begins with a word on all glass.
func draw(only string) ([]row, error) {
	var renderers []*display.Renderer
	for _, g := range glasses {
		choose := display.NewRenderer
		if g.cashier {
			choose = display.NewCashierRenderer
		}
		r, err := choose(g.format)
		if err != nil {
			return nil, fmt.Errorf("draw on %s: %w", g.Name, err)
		}
		renderers = append(renderers, r)
	}
	var rows []row
	for _, l := range []struct {
		lang terminal.Lang
		word string
	}{{terminal.Indonesian, "id"}, {terminal.English, "en"}} {
		i := 0
		for _, s := range story.Shots(l.lang) {
			if !strings.HasPrefix(s.Name, only) {
				continue
			}
			if len(rows) <= 2*i {
				rows = append(rows, row{}, row{})
			}
			r := row{Name: s.Name, Lang: l.word}
			for g, renderer := range renderers {
				c, err := picture(glasses[g].Name, renderer, s.View)
				if err != nil {
					return nil, fmt.Errorf("draw %s: %w", s.Name, err)
				}
				r.Cells = append(r.Cells, c)
			}
			rows[2*i+int(l.lang)] = r // a screen's languages one under the other
			i++
		}
	}
	return rows, nil
}

func picture(glass string, r *display.Renderer, v terminal.View) (cell, error) {
	f := frame.New(r.Format())
	if err := r.Render(f, v); err != nil {
		return cell{}, err
	}
	var png bytes.Buffer
	if err := f.WritePNG(&png); err != nil {
		return cell{}, err
	}
	size := r.Format().Size
	return cell{Glass: glass, Width: size.X, Height: size.Y,
		PNG: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png.Bytes()))}, nil
}
