package desk

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"os"

	"kasir/display/frame"
)

// TTY draws frames in a terminal window with characters that are made of
// pixels, each frame over the one before. Where the window is large enough a
// pixel is a quarter of a character (mono) or a half (colour); in a smaller
// one, frames are made smaller.
type TTY struct {
	w     io.Writer
	size  image.Point
	cells func() (cols, rows int)

	drawn      bool
	cols, rows int // of the window when it was last drawn on
	out        bytes.Buffer
}

// NewTTY is a panel of size on a terminal window. cells says how many columns
// and rows the window has; nil asks w when it is a file, and else means 80x24.
func NewTTY(w io.Writer, size image.Point, cells func() (cols, rows int)) *TTY {
	if cells == nil {
		file, _ := w.(*os.File)
		cells = func() (int, int) { return windowCells(file) }
	}
	return &TTY{w: w, size: size, cells: cells}
}

// Bounds implements frame.Panel.
func (t *TTY) Bounds() image.Rectangle { return image.Rectangle{Max: t.size} }

// String implements frame.Panel.
func (t *TTY) String() string { return "tty" }

// Escape sequences (ECMA-48, and the DEC private modes that terminals agree
// on; 2026 keeps a frame from being seen half drawn, where it is known).
const (
	escBegin  = "\x1b[?2026h\x1b[?25l\x1b[H"
	escEnd    = "\x1b[0m\x1b[J\x1b[?2026l"
	escClear  = "\x1b[2J"
	escPaper  = "\x1b[30;107m" // black on white
	escPlain  = "\x1b[0m\x1b[K"
	escCursor = "\x1b[?25h"
)

// Show implements frame.Panel.
func (t *TTY) Show(ctx context.Context, f *frame.Frame, _ frame.Refresh, _ image.Rectangle) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cols, rows := t.cells()
	cols, rows = max(cols, 10), max(rows-1, 5) // a full last line would scroll
	t.out.Reset()
	t.out.WriteString(escBegin)
	if !t.drawn || cols != t.cols || rows != t.rows {
		t.out.WriteString(escClear)
	}
	if f.Format.Depth == frame.Mono {
		t.mono(f, cols, rows)
	} else {
		t.colour(f, cols, rows)
	}
	t.out.WriteString(escEnd)
	if _, err := t.w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("draw on terminal window: %w", err)
	}
	t.drawn, t.cols, t.rows = true, cols, rows
	return nil
}

// Close implements frame.Panel. It leaves the last frame and goes under it.
func (t *TTY) Close() error {
	if !t.drawn {
		return nil
	}
	t.drawn = false
	if _, err := fmt.Fprintf(t.w, "\x1b[%d;1H%s\r\n", t.rows+1, escCursor); err != nil {
		return fmt.Errorf("leave terminal window: %w", err)
	}
	return nil
}

// grid is a frame cut into dots of whole or part pixels.
type grid struct {
	f    *frame.Frame
	w, h int // dots
}

// fitGrid is the largest grid of at most maxW by maxH dots with square dots,
// none of them smaller than a pixel.
func fitGrid(f *frame.Frame, maxW, maxH int) grid {
	w, h := f.Format.Size.X, f.Format.Size.Y
	if w <= maxW && h <= maxH {
		return grid{f, w, h}
	}
	if w*maxH > maxW*h { // the width is what does not fit
		return grid{f, maxW, max(1, h*maxW/w)}
	}
	return grid{f, max(1, w*maxH/h), maxH}
}

// pixels are those of a dot.
func (g grid) pixels(x, y int) image.Rectangle {
	w, h := g.f.Format.Size.X, g.f.Format.Size.Y
	r := image.Rect(x*w/g.w, y*h/g.h, (x+1)*w/g.w, (y+1)*h/g.h)
	r.Max.X, r.Max.Y = max(r.Max.X, r.Min.X+1), max(r.Max.Y, r.Min.Y+1)
	return r
}

// ink reports whether more than a third of a dot is dark: thin strokes should
// survive being made smaller.
func (g grid) ink(x, y int) bool {
	if x >= g.w || y >= g.h {
		return false
	}
	r, dark := g.pixels(x, y), 0
	for py := r.Min.Y; py < r.Max.Y; py++ {
		for px := r.Min.X; px < r.Max.X; px++ {
			if !g.f.Pixel(px, py).Light() {
				dark++
			}
		}
	}
	return 3*dark > r.Dx()*r.Dy()
}

// quadrants are the characters of two by two dots, a bit a dot: 1 top left,
// 2 top right, 4 bottom left, 8 bottom right.
var quadrants = [...]rune{' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'}

// brailleBits are the dots of a Braille character from U+2800, by row and column.
var brailleBits = [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// mono draws quarters when the whole frame fits, else Braille, which has twice
// as many dots in a row of characters.
func (t *TTY) mono(f *frame.Frame, cols, rows int) {
	if g := fitGrid(f, 2*cols, 2*rows); g.w == f.Format.Size.X {
		t.cellRows(g, 2, func(x, y int) rune { return quadrants[g.bits(x, y)] })
		return
	}
	g := fitGrid(f, 2*cols, 4*rows)
	t.cellRows(g, 4, func(x, y int) rune {
		char := rune(0x2800)
		for dy, line := range brailleBits {
			for dx, bit := range line {
				if g.ink(x+dx, y+dy) {
					char |= bit
				}
			}
		}
		return char
	})
}

func (g grid) bits(x, y int) (n int) {
	for i, d := range [...]image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		if g.ink(x+d.X, y+d.Y) {
			n |= 1 << i
		}
	}
	return n
}

// cellRows writes characters of two dots by high.
func (t *TTY) cellRows(g grid, high int, char func(x, y int) rune) {
	for y := 0; y < g.h; y += high {
		t.out.WriteString(escPaper)
		for x := 0; x < g.w; x += 2 {
			t.out.WriteRune(char(x, y))
		}
		t.out.WriteString(escPlain + "\r\n")
	}
}

// colour draws upper halves: the character is the upper dot, its background
// the lower one.
func (t *TTY) colour(f *frame.Frame, cols, rows int) {
	g := fitGrid(f, cols, 2*rows)
	for y := 0; y < g.h; y += 2 {
		var lastUp, lastDown frame.Color
		for x := range g.w {
			up, down := g.mean(x, y), g.mean(x, min(y+1, g.h-1))
			if x == 0 || up != lastUp || down != lastDown {
				u, d := up.RGBA64(), down.RGBA64()
				fmt.Fprintf(&t.out, "\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm",
					u.R>>8, u.G>>8, u.B>>8, d.R>>8, d.G>>8, d.B>>8)
				lastUp, lastDown = up, down
			}
			t.out.WriteRune('▀')
		}
		t.out.WriteString(escPlain + "\r\n")
	}
}

// mean is the colour of a dot.
func (g grid) mean(x, y int) frame.Color {
	p := g.pixels(x, y)
	if p.Dx() == 1 && p.Dy() == 1 {
		return g.f.Pixel(p.Min.X, p.Min.Y)
	}
	var r, gr, b, n uint32
	for py := p.Min.Y; py < p.Max.Y; py++ {
		for px := p.Min.X; px < p.Max.X; px++ {
			c := g.f.Pixel(px, py).RGBA64()
			r, gr, b, n = r+uint32(c.R), gr+uint32(c.G), b+uint32(c.B), n+1
		}
	}
	return frame.Color(r/n>>11<<11 | gr/n>>10<<5 | b/n>>11)
}
