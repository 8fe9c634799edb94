package main

import (
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"kasir/display"
	"kasir/display/frame"
	"kasir/terminal"
)

// drawn is a screen as an emulated glass would have it.
func drawn(t *testing.T, s terminal.Screen, sandbox bool) *image.RGBA {
	t.Helper()
	r, err := display.NewRenderer(format)
	if err != nil {
		t.Fatal(err)
	}
	f := frame.New(format)
	if err := r.Render(f, terminal.View{Screen: s, Strip: terminal.Strip{Merchant: merchant, Device: till, Online: true, Sandbox: sandbox}}); err != nil {
		t.Fatal(err)
	}
	m := image.NewRGBA(f.Bounds())
	draw.Draw(m, m.Rect, f, image.Point{}, draw.Src)
	return m
}

func TestShows(t *testing.T) {
	lunas := sale{Order: "uji-1-00000001", Amount: 15_000}
	other := sale{Order: "uji-1-00000001", Amount: 16_000}
	want := shows(lunas.thanks())
	for _, sandbox := range []bool{true, false} {
		if !want(drawn(t, lunas.thanks(), sandbox)) {
			t.Errorf("LUNAS is not taken for LUNAS, money that is not real %v", sandbox)
		}
	}
	for name, m := range map[string]image.Image{
		"another amount": drawn(t, other.thanks(), true),
		"another screen": drawn(t, terminal.Idle{}, true),
		"another glass":  image.NewRGBA(image.Rect(0, 0, 240, 320)),
		"a dark glass":   image.NewRGBA(image.Rectangle{Max: format.Size}),
	} {
		if want(m) {
			t.Errorf("%s is taken for LUNAS", name)
		}
	}
	// A shade off is what another processor draws; a pixel that is wrong is not.
	m := drawn(t, lunas.thanks(), true)
	c := m.RGBAAt(160, 120)
	for _, test := range []struct {
		by   uint8
		want bool
	}{{8, true}, {60, false}} {
		m.SetRGBA(160, 120, color.RGBA{c.R ^ test.by, c.G, c.B, 255})
		if got := want(m); got != test.want {
			t.Errorf("a pixel that is %d off: %v, want %v", test.by, got, test.want)
		}
	}
}

func TestStepsAreNamed(t *testing.T) {
	err := run(t.Context(), []string{"-only", "sale,sleep"}, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "no step sleep") {
		t.Errorf("a step that there is not: %v", err)
	}
}
