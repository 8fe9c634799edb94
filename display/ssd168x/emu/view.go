package emu

import (
	"image"
	"slices"
)

// glass is what a person sees.
type glass struct {
	width, height int
	shade         []uint8 // 0 black to 255 white
	ghosts        bool
}

func (g *glass) init(m Model) {
	g.width, g.height = m.Width, m.Height
	g.shade = slices.Repeat([]uint8{0x9a}, m.Width*m.Height) // new glass is a dull grey
}

// drive is the end of a refresh.
func (g *glass) drive(r *refresh) {
	black, white := uint8(0), uint8(255)
	if r.pale {
		black, white = 70, 190
	}
	for i, m := range r.moves {
		if m == stays {
			continue
		}
		to := black
		if m == toWhite {
			to = white
		}
		if r.soft && g.ghosts {
			// An eighth of the way is left.
			to = uint8((int(g.shade[i]) + 7*int(to)) / 8)
		}
		g.shade[i] = to
	}
}

// halfway is a refresh that was cut off.
func (g *glass) halfway(moves []move) {
	for i, m := range moves {
		switch m {
		case toBlack:
			g.shade[i] /= 2
		case toWhite:
			g.shade[i] = 128 + g.shade[i]/2
		}
	}
}

// SetGhosts decides whether partial refreshes leave a little of what was there,
// as real film does. They do not unless told.
func (p *Panel) SetGhosts(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.glass.ghosts = on
}

// Image is what can be seen now, as the glass is wired: a copy.
func (p *Panel) Image() *image.Gray {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle()
	return &image.Gray{Pix: slices.Clone(p.glass.shade), Stride: p.glass.width, Rect: image.Rect(0, 0, p.glass.width, p.glass.height)}
}

// Planes are the new and the old picture in the controller's memory: copies,
// in rows of as many bytes as the controller has eight sources.
func (p *Panel) Planes() (next, old []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.chip.new), slices.Clone(p.chip.old)
}
