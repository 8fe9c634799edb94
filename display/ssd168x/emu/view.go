package emu

import (
	"image"
	"slices"
)

// glass is what a person sees.
type glass struct {
	width, height, stride int
	shade                 []uint8 // 0 black to 255 white
	seen                  []byte  // the same as bits, light is 1
	ghosts                bool
}

func (g *glass) init(m Model) {
	g.width, g.height, g.stride = m.Width, m.Height, (m.Width+7)/8
	g.shade = slices.Repeat([]uint8{0x9a}, m.Width*m.Height) // new glass is a dull grey
	g.seen = slices.Repeat([]byte{0xff}, g.stride*m.Height)
}

// mask is which bits of the column b are glass.
func (g *glass) mask(b int) byte {
	return 0xff << max(0, 8*(b+1)-g.width)
}

// each calls f with the shade of every pixel that a refresh drives.
func (g *glass) each(r *refresh, f func(shade *uint8, white bool)) {
	for i, driven := range r.driven {
		if driven == 0 {
			continue
		}
		at := i/g.stride*g.width + i%g.stride*8
		for n := range 8 {
			if bit := byte(0x80) >> n; driven&bit != 0 {
				f(&g.shade[at+n], r.levels[i]&bit != 0)
			}
		}
	}
}

// whole are the shades of eight pixels that are driven all the way.
var whole = func() (t [256][8]uint8) {
	for v := range t {
		for n := range 8 {
			t[v][n] = -(uint8(v) >> (7 - n) & 1)
		}
	}
	return t
}()

// drive is the end of a refresh.
func (g *glass) drive(r *refresh) {
	for i, driven := range r.driven {
		g.seen[i] = g.seen[i]&^driven | r.levels[i]&driven
		if driven == 0xff && !r.soft && !r.pale {
			copy(g.shade[i/g.stride*g.width+i%g.stride*8:], whole[r.levels[i]][:])
			r.driven[i] = 0
		}
	}
	black, white := 0, 255
	if r.pale {
		black, white = 70, 190
	}
	g.each(r, func(shade *uint8, light bool) {
		to := black
		if light {
			to = white
		}
		if r.soft && g.ghosts {
			to = (int(*shade) + 7*to) / 8 // an eighth of the way is left
		}
		*shade = uint8(to)
	})
}

// halfway is a refresh that was cut off: what is seen is neither nor.
func (g *glass) halfway(r *refresh) {
	g.each(r, func(shade *uint8, light bool) {
		if *shade /= 2; light {
			*shade += 128
		}
	})
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
