package speaker

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/terminal"
)

// view is a till that can reach its backend and shows s.
func view(s terminal.Screen) terminal.View {
	return terminal.View{Screen: s, Strip: terminal.Strip{Online: true}}
}

func TestLightOf(t *testing.T) {
	offline, owed := view(terminal.Idle{}), view(terminal.Idle{})
	offline.Strip.Online = false
	owed.Strip.Late = 1
	tests := []struct {
		v    terminal.View
		want Light
	}{
		{view(terminal.Idle{}), LightReady}, {view(terminal.Entering{}), LightReady}, {view(terminal.Menu{}), LightReady},
		{offline, LightTrouble}, {owed, LightTrouble},
		{view(terminal.Asking{}), LightBusy}, {view(terminal.Cancelling{}), LightBusy},
		{view(terminal.Offering{}), LightWaiting}, {view(terminal.Thanks{}), LightPaid},
		{view(terminal.Unsure{}), LightTrouble}, {view(terminal.Late{}), LightTrouble}, {view(terminal.Denied{}), LightTrouble},
		{view(terminal.Ended{}), LightTrouble}, {view(terminal.Alarm{}), LightTrouble}, {view(terminal.Fault{}), LightTrouble},
		{view(terminal.Offline{}), LightTrouble},
	}
	for _, tt := range tests {
		if got := LightOf(tt.v); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.v.Screen.Name(), got, tt.want)
		}
	}
}

// glow is what lamps were told while a till showed screens for two seconds each.
func glow(t *testing.T, l Lamps, pins []*pin, screens ...terminal.Screen) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		for _, p := range pins {
			p.began = time.Now()
		}
		s, err := NewLights(l, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancelCause(t.Context())
		ran := make(chan error)
		go func() { ran <- s.Run(ctx) }()
		for _, screen := range screens {
			for range 4 { // a strip that changes shows the same light
				s.Show(view(screen))
				time.Sleep(500 * ms)
			}
		}
		stop(errOver)
		if err := <-ran; err != errOver {
			t.Errorf("ended with %v, want the context's cause", err)
		}
	})
}

// changes leaves out what changed nothing.
func (p *pin) changes() string {
	var out []string
	level := ""
	for _, s := range p.said {
		if now := s[strings.Index(s, " ")+1:]; now != level {
			out, level = append(out, s), now
		}
	}
	return strings.Join(out, " ")
}

// Three lamps, each with its own: the rhythm is kept to the millisecond, and
// all are off at the end.
func TestLightsOnThreeLamps(t *testing.T) {
	g, w, s := &pin{}, &pin{}, &pin{}
	glow(t, Lamps{Go: g, Wait: w, Stop: s}, []*pin{g, w, s}, terminal.Idle{}, terminal.Offering{}, terminal.Thanks{}, terminal.Unsure{})
	const paid = " 4000 high 4080 low 4160 high 4240 low 4320 high 4400 low" +
		" 4800 high 4880 low 4960 high 5040 low 5120 high 5200 low" + " 5600 high 5680 low 5760 high 5840 low 5920 high 6000 low"
	if got, want := g.changes(), "0 low 0 high 2000 low"+paid; got != want {
		t.Errorf("green: got  %s\nwant %s", got, want)
	}
	if got, want := w.changes(), "0 low 2000 high 3000 low"; got != want && got != want+" 4000 high 4000 low" {
		t.Errorf("yellow: got %s, want %s", got, want)
	}
	if got, want := s.changes(), "0 low 6000 high 6100 low 6250 high 6350 low 7250 high 7350 low 7500 high 7600 low"; got != want {
		t.Errorf("red: got %s, want %s", got, want)
	}
}

// One lamp says it all; no two lights look the same on it.
func TestLightsOnOneLamp(t *testing.T) {
	seen := make(map[string]string)
	for _, screen := range []terminal.Screen{terminal.Idle{}, terminal.Asking{}, terminal.Offering{}, terminal.Thanks{}, terminal.Alarm{}} {
		p := new(pin)
		glow(t, Lamps{Go: p, ActiveLow: true}, []*pin{p}, screen)
		if other, twice := seen[p.changes()]; twice {
			t.Errorf("%s looks like %s", screen.Name(), other)
		}
		seen[p.changes()] = screen.Name()
		if first, last := p.said[0], p.said[len(p.said)-1]; first != "0 high" || !slices.Contains([]string{"2000 high"}, last) {
			t.Errorf("%s: begins with %s, ends with %s, want both off", screen.Name(), first, last)
		}
	}
}

// A lamp that breaks is said once, and the others go on.
func TestLightsBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		g, stop := &pin{began: time.Now()}, &pin{began: time.Now()}
		s, err := NewLights(Lamps{Go: g, Stop: stop}, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		go s.Run(t.Context())
		g.noOut = errors.New("gone")
		for _, screen := range []terminal.Screen{terminal.Offering{}, terminal.Fault{}, terminal.Offering{}} {
			s.Show(view(screen))
			time.Sleep(3500 * ms)
			synctest.Wait()
		}
		if n := strings.Count(log.String(), "gone"); n != 1 {
			t.Errorf("said %d times, want once", n)
		}
		if !strings.Contains(stop.changes(), "high") {
			t.Error("the other lamp did not go on")
		}
	})
	if _, err := NewLights(Lamps{}, nil); err == nil {
		t.Error("no lamp at all was taken")
	}
	if _, err := NewLights(Lamps{Go: &pin{noOut: errors.New("gone")}}, nil); err == nil {
		t.Error("a lamp that does not work was taken")
	}
}
