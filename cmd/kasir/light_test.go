package main

import (
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"kasir/cmd/kasir/board"
	"kasir/cmd/kasir/hardware"
	"kasir/display/frame"
	"kasir/terminal"
)

func TestBrightness(t *testing.T) {
	for _, c := range []struct {
		strip terminal.Strip
		want  int
	}{
		{terminal.Strip{}, 80},
		{terminal.Strip{Light: 1}, 40},
		{terminal.Strip{Light: terminal.MaxLight}, 100},
		{terminal.Strip{Rest: terminal.Dimmed}, 24},
		{terminal.Strip{Rest: terminal.Advising, Light: 3}, 24},
		{terminal.Strip{Rest: terminal.Dark, Light: 4}, 0},
	} {
		if got := brightness(c.strip, 80); got != c.want {
			t.Errorf("%+v: %d percent, want %d", c.strip, got, c.want)
		}
	}
}

// lamp is a glass that only has a light.
type lamp struct {
	frame.Panel
	mu  sync.Mutex
	set []int
}

func (l *lamp) SetBrightness(percent int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.set = append(l.set, percent)
	return nil
}

// TestKeepLight: the light follows what is on the glass, and is set only when that
// changes.
func TestKeepLight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lamp{}
		s := till{log: slog.New(slog.DiscardHandler), hardware: &hardware.Hardware{Panel: l}}
		s.board = &board.Board{Panel: board.Glass{Light: "GPIO18", White: 80}}
		panels := newCrew(t.Context(), s.log)
		s.keepLight(panels)
		for _, rest := range []terminal.Rest{terminal.Awake, terminal.Dimmed, terminal.Dimmed, terminal.Dark, terminal.Awake} {
			s.faces.Show(terminal.View{Screen: terminal.Idle{}, Strip: terminal.Strip{Rest: rest}})
			synctest.Wait()
		}
		if err := panels.dismiss(farewell); err != nil {
			t.Error(err)
		}
		if want := []int{24, 0, 80}; !slices.Equal(l.set, want) {
			t.Errorf("set to %v, want %v", l.set, want)
		}
		s.board.Panel.Light = ""
		if s.lit() {
			t.Error("a glass without a light is lit")
		}
	})
}
