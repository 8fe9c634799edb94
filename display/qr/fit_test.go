package qr

import (
	"errors"
	"testing"
)

func TestFit(t *testing.T) {
	long := Versions{10, 10, 13, 15} // a usual QRIS text of 273 characters
	cases := []struct {
		what string
		v    Versions
		side int
		want Plan
	}{
		{"4.2 inch e-paper", long, 300, Plan{10, M, 4, 4}},
		{"2.13 inch e-paper needs the narrow quiet zone", long, 122, Plan{10, M, 2, 2}},
		{"2.8 inch LCD", long, 240, Plan{10, M, 4, 3}},
		{"3.5 inch LCD gains a pixel with quiet zone 3", long, 320, Plan{10, M, 3, 5}},
		{"L only when it buys a pixel", Versions{9, 10, 11, 13}, 122, Plan{10, M, 2, 2}},
		{"L when it does", Versions{8, 10, 11, 13}, 212, Plan{8, L, 2, 4}},
		{"no M at all", Versions{40, 0, 0, 0}, 200, Plan{40, L, 4, 1}},
	}
	for _, c := range cases {
		got, err := Fit(c.v, c.side, 1)
		if err != nil || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v", c.what, got, err, c.want)
		}
		if got.Side() > c.side {
			t.Errorf("%s: %d px wide in %d", c.what, got.Side(), c.side)
		}
	}
}

func TestRaise(t *testing.T) {
	cases := []struct {
		what string
		v    Versions
		side int
		want Plan
	}{
		{"the same version holds more", Versions{5, 6, 6, 6}, 49 * 4, Plan{6, H, 4, 4}},
		{"no further than it is free", Versions{6, 6, 6, 8}, 49 * 4, Plan{6, Q, 4, 4}},
		{"a larger symbol where there is room", Versions{10, 10, 13, 15}, 240, Plan{13, Q, 4, 3}},
		{"no room", Versions{10, 10, 13, 15}, 230, Plan{10, M, 4, 3}},
		{"nothing higher", Versions{40, 0, 0, 0}, 200, Plan{40, L, 4, 1}},
	}
	for _, c := range cases {
		p, err := Fit(c.v, c.side, 1)
		if err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		got := p.Raise(c.v, c.side)
		if got != c.want || got.Side() > c.side {
			t.Errorf("%s: got %+v (%d px in %d), want %+v", c.what, got, got.Side(), c.side, c.want)
		}
	}
}

// No other choice of level and quiet zone may give larger modules.
func TestFitIsTheLargest(t *testing.T) {
	for v := 1; v <= 20; v++ {
		vs := Versions{v, v + 1, v + 2, v + 3}
		for side := 30; side < 400; side += 7 {
			got, err := Fit(vs, side, 1)
			largest := 0
			for l := L; l <= H; l++ {
				for quiet := leastQuiet; quiet <= standardQuiet; quiet++ {
					largest = max(largest, side/(17+4*vs[l]+2*quiet))
				}
			}
			if largest == 0 {
				if !errors.Is(err, ErrTooSmall) {
					t.Errorf("version %d in %d px: error %v, want %v", v, side, err, ErrTooSmall)
				}
				continue
			}
			if err != nil || got.Scale != largest || got.Side() > side {
				t.Errorf("version %d in %d px: %v, %v, want %d px a module", v, side, got, err, largest)
			}
		}
	}
}

func TestGlassTooSmallIsRefused(t *testing.T) {
	long := Versions{10, 10, 13, 15}
	cases := []struct {
		what  string
		side  int
		pitch float64
		ok    bool
	}{
		{"4.2 inch e-paper", 300, .212, true},
		{"2.13 inch e-paper", 122, .194, true},
		{"2.8 inch LCD", 240, .18, true},
		{"1.3 inch LCD", 240, .0975, false},
		{"pitch not known", 61, 0, true},
		{"pitch not known, no pixel a module", 60, 0, false},
	}
	for _, c := range cases {
		_, err := Fit(long, c.side, MinScale(c.pitch))
		if c.ok != (err == nil) || !c.ok && !errors.Is(err, ErrTooSmall) {
			t.Errorf("%s: error %v, want ok=%v", c.what, err, c.ok)
		}
	}
}

func TestMinScale(t *testing.T) {
	for _, c := range []struct {
		pitch float64
		want  int
	}{{0, 1}, {.212, 2}, {.165, 2}, {.33, 1}, {.11, 3}, {.0975, 4}, {1, 1}} {
		if got := MinScale(c.pitch); got != c.want {
			t.Errorf("pitch %g: %d px, want %d", c.pitch, got, c.want)
		}
	}
}
