package main

import (
	"context"
	"time"

	"kasir/cmd/kasir/check"
	"kasir/terminal"
)

// tellEvery is how often a technician who looks is told how it stands with an update.
const tellEvery = 2 * time.Second

// mechanic does what a technician asks of the device by its keys, one chore after
// the other, and tells the till what came of it.
type mechanic struct {
	t      *till
	own    *journal
	events chan<- terminal.Event
	chores chan terminal.Chore
}

func newMechanic(t *till, own *journal, events chan<- terminal.Event) *mechanic {
	return &mechanic{t, own, events, make(chan terminal.Chore, 4)}
}

// Do implements terminal.Mechanic.
func (m *mechanic) Do(c terminal.Chore) {
	select {
	case m.chores <- c:
	default: // so many wait already that somebody plays with the keys
	}
}

// serve works until ctx ends.
func (m *mechanic) serve(ctx context.Context) error {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	var last terminal.UpdateNews
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-m.chores:
			m.do(ctx, c)
			last = terminal.UpdateNews{}
		case <-tick.C:
		}
		if _, looked := m.t.faces.wanted.get().Screen.(terminal.Updates); !looked {
			continue
		}
		if n := m.news(); n != last {
			last = n
			m.tell(ctx, n)
		}
	}
}

func (m *mechanic) do(ctx context.Context, c terminal.Chore) {
	switch {
	case c == terminal.ChoreInspect:
		b := check.Bench{Device: m.t.device, Backend: m.t.backend, HTTP: m.t.client(), Journal: m.t.journal}
		m.tell(ctx, check.Running(ctx, b, m.own, faultOf))
	case m.t.update == nil:
	case c == terminal.ChoreLook:
		m.t.update.look(ctx)
	case c == terminal.ChoreUpdate:
		m.t.update.hasten()
	}
}

// news is how it stands with updates of this device.
func (m *mechanic) news() terminal.UpdateNews {
	if m.t.update == nil {
		return terminal.UpdateNews{Phase: terminal.UpdateNever, Runs: thisBuild().short()}
	}
	return m.t.update.news()
}

func (m *mechanic) tell(ctx context.Context, e terminal.Event) {
	select {
	case m.events <- e:
	case <-ctx.Done():
	}
}
