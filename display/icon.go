package display

import (
	"image"
	"math"

	"kasir/display/frame"
)

// icon is a sign as large as a hand, read before any word is.
type icon uint8

const (
	noIcon       icon = iota
	iconCheck         // money came
	iconCross         // it will not come
	iconQuestion      // nobody knows
	iconClock         // too late
	iconWait          // it is being done
	iconLink          // no contact
	iconBang          // look here
	iconStop          // do not go on
)

// Icons are drawn from distances: each is a function from a point of the unit
// square to how far outside of the sign it is (inside is negative). So one
// description serves every size, hard-edged or soft.
type point struct{ x, y float64 }

var signs = [...]func(p point) float64{
	noIcon: func(point) float64 { return 1 },
	iconCheck: func(p point) float64 {
		return cut(disc(p), stroke(p, point{.28, .53}, point{.43, .68}, point{.73, .36}))
	},
	iconCross:    func(p point) float64 { return cut(disc(p), cross(p)) },
	iconQuestion: func(p point) float64 { return cut(disc(p), question(p)) },
	iconClock:    func(p point) float64 { return cut(disc(p), stroke(p, point{.5, .24}, point{.5, .52}, point{.68, .63})) },
	iconWait:     hourglass,
	iconLink:     brokenLink,
	iconBang:     func(p point) float64 { return cut(polygon(p, .04, triangle[:]), bang(p, .37, .60, .75)) },
	iconStop:     func(p point) float64 { return cut(octagon(p), bang(p, .26, .57, .74)) },
}

const strokeWidth = .062 // half of it, in icon sides

var triangle = [...]point{{.5, .11}, {.93, .87}, {.07, .87}}

// draw draws the sign as large as box's shorter side, in its middle.
func (i icon) draw(f *frame.Frame, box image.Rectangle, ink frame.Color) {
	side := min(box.Dx(), box.Dy())
	at := box.Min.Add(image.Pt((box.Dx()-side)/2, (box.Dy()-side)/2))
	sign := signs[i]
	for y := range side {
		for x := range side {
			d := sign(point{(float64(x) + .5) / float64(side), (float64(y) + .5) / float64(side)})
			coverage := min(max(.5-d*float64(side), 0), 1)
			f.Blend(at.X+x, at.Y+y, ink, uint8(coverage*255+.5))
		}
	}
}

func cut(shape, hole float64) float64 { return max(shape, -hole) }

func disc(p point) float64 { return p.to(point{.5, .5}) - .48 }

func octagon(p point) float64 {
	x, y := math.Abs(p.x-.5), math.Abs(p.y-.5)
	return max(x, y, (x+y)/math.Sqrt2) - .47
}

func cross(p point) float64 {
	return min(stroke(p, point{.33, .33}, point{.67, .67}), stroke(p, point{.67, .33}, point{.33, .67}))
}

// bang is an exclamation mark from top to bottom with its dot.
func bang(p point, top, bottom, dot float64) float64 {
	return min(stroke(p, point{.5, top}, point{.5, bottom}), p.to(point{.5, dot})-strokeWidth*1.15)
}

func question(p point) float64 {
	hook := arc(p, point{.5, .39}, .155, -math.Pi, math.Pi/2)
	return min(hook, stroke(p, point{.5, .545}, point{.5, .6}), p.to(point{.5, .765})-strokeWidth*1.15)
}

func hourglass(p point) float64 {
	bars := min(stroke(p, point{.2, .1}, point{.8, .1}), stroke(p, point{.2, .9}, point{.8, .9}))
	upper := polygon(p, .02, []point{{.25, .14}, {.75, .14}, {.5, .53}})
	lower := polygon(p, .02, []point{{.5, .47}, {.75, .86}, {.25, .86}})
	empty := polygon(p, 0, []point{{.33, .21}, {.67, .21}, {.6, .33}, {.4, .33}})
	fallen := polygon(p, 0, []point{{.5, .58}, {.58, .7}, {.42, .7}})
	return min(bars, cut(upper, empty), cut(lower, fallen))
}

func brokenLink(p point) float64 {
	foot := point{.5, .82}
	waves := p.to(foot) - .09
	for _, r := range [...]float64{.3, .52} {
		waves = min(waves, arc(p, foot, r, -.78*math.Pi, -.22*math.Pi))
	}
	a, b := point{.16, .14}, point{.84, .9}
	return min(cut(waves, stroke(p, a, b)-.06), stroke(p, a, b))
}

func (p point) to(q point) float64 { return math.Hypot(p.x-q.x, p.y-q.y) }

// stroke is a line through points with round ends.
func stroke(p point, through ...point) float64 {
	d := math.Inf(1)
	for i := range len(through) - 1 {
		d = min(d, toSegment(p, through[i], through[i+1]))
	}
	return d - strokeWidth
}

func toSegment(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := ((p.x-a.x)*dx + (p.y-a.y)*dy) / (dx*dx + dy*dy)
	t = min(max(t, 0), 1)
	return p.to(point{a.x + t*dx, a.y + t*dy})
}

// arc is a part of a circle with round ends, from angle a0 to a1 (0 is right,
// down is positive, both within -π..π).
func arc(p, c point, r, a0, a1 float64) float64 {
	if a := math.Atan2(p.y-c.y, p.x-c.x); a >= a0 && a <= a1 {
		return math.Abs(p.to(c)-r) - strokeWidth
	}
	end := func(a float64) float64 { return p.to(point{c.x + r*math.Cos(a), c.y + r*math.Sin(a)}) }
	return min(end(a0), end(a1)) - strokeWidth
}

// polygon is a convex polygon, its corners rounded by round.
func polygon(p point, round float64, corners []point) float64 {
	d, inside := math.Inf(1), true
	for i, a := range corners {
		b := corners[(i+1)%len(corners)]
		d = min(d, toSegment(p, a, b))
		if (b.x-a.x)*(p.y-a.y)-(b.y-a.y)*(p.x-a.x) < 0 {
			inside = false
		}
	}
	if inside {
		d = -d
	}
	return d - round
}
