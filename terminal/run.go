package terminal

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Journal is where records become durable.
type Journal interface {
	// Append returns when all the records are on disk, in one piece, or none.
	Append(ctx context.Context, records []Record) error
}

// Headed is a Journal that can tell one row of itself from every other: the hash
// of the last one, hexadecimal. It must not block.
type Headed interface {
	HeadHash() string
}

// Uplink carries questions to the backend. Call must not block; every call is
// answered with one event on the channel that Run reads.
type Uplink interface {
	Call(Call)
}

// Glass is where people look. Show must not block: the latest view wins.
type Glass interface {
	Show(View)
}

// Speaker is what people hear. Play must not block.
type Speaker interface {
	Play(Sound, Lang)
}

// Setup takes the settings that a technician has keyed. Take must not block.
type Setup interface {
	Take([]Wish)
}

// Mechanic does what a technician asks of the device itself. Do must not block;
// what comes of it is told by events on the channel that Run reads.
type Mechanic interface {
	Do(Chore)
}

// Rooms is what a running till is connected to.
type Rooms struct {
	Events   <-chan Event
	Journal  Journal
	Uplink   Uplink
	Glass    Glass
	Speaker  Speaker
	Printer  Printer  // nil: there is none
	Setup    Setup    // nil: settings cannot be keyed on this till
	Mechanic Mechanic // nil: nobody answers a technician
	Log      *slog.Logger
}

// Run is a till at work: it owns the state, takes events in order and carries
// effects out in theirs, until ctx ends. No key waits for a panel or a network;
// one waits for the disk, because nothing may be sent or shown before it.
func Run(ctx context.Context, c Config, b Book, r Rooms) error {
	start := time.Now()
	headed, _ := r.Journal.(Headed)
	now := func() Moment {
		t := time.Now()
		m := Moment{Up: t.Sub(start), Wall: t}
		if headed != nil {
			m.Head = headed.HeadHash()
		}
		return m
	}
	l := loop{Rooms: r, state: Boot(c, b, now()), now: now}
	r.Log.Info("till starts", "device", c.Device, "screen", l.state.Screen.Name(), "open", len(b.Open), "unseen", len(b.Unseen), "next", b.Next)
	l.Glass.Show(l.state.View())
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		l.arm(alarm)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case e := <-r.Events:
			l.take(ctx, e)
		case <-alarm.C:
			l.take(ctx, Wake{})
		}
	}
}

// loop is Run's own state; one goroutine owns it.
type loop struct {
	Rooms
	state State
	now   func() Moment
}

// arm sets the timer for the next thing that the state wants to do by itself.
func (l *loop) arm(t *time.Timer) {
	t.Stop()
	if at, ok := l.state.Wake(); ok {
		t.Reset(max(at-l.now().Up, 0))
	}
}

// take carries out one event: facts to the disk, then calls, sound and screen.
// When the disk refuses, the event has not happened, and the till says so.
func (l *loop) take(ctx context.Context, e Event) {
	before := l.state.Screen.Name()
	next, owed := Step(l.state, l.now(), e)
	if r, due := next.snapshot(l.now()); due {
		next.Book = next.Book.Apply(r)
		owed.Records = append(owed.Records, r)
	}
	if len(owed.Records) > 0 {
		if err := l.Journal.Append(ctx, owed.Records); err != nil {
			if ctx.Err() != nil {
				return // switched off in the middle: the next life takes it up
			}
			l.Log.Error("selling stops: journal cannot be written", "err", err)
			next, owed = Step(l.state, l.now(), lost(err))
		}
	}
	l.state = next
	l.say(owed, before)
	for _, c := range owed.Calls {
		l.Uplink.Call(c)
	}
	if len(owed.Wishes) > 0 && l.Setup != nil {
		l.Setup.Take(owed.Wishes)
	}
	if l.Mechanic != nil {
		for _, c := range owed.Chores {
			l.Mechanic.Do(c)
		}
	}
	if owed.Sound.Tone != Silence {
		l.Speaker.Play(owed.Sound, l.state.lang)
	}
	if l.Printer != nil {
		for _, s := range owed.Slips {
			l.Printer.Print(s)
		}
	}
	l.Glass.Show(l.state.View())
}

// lost is an append that did not succeed as an event.
func lost(err error) JournalLost {
	var s *Spoiled
	if errors.As(err, &s) {
		return JournalLost{What: s.What}
	}
	return JournalLost{}
}

// say writes one line for each record and each change of screen.
func (l *loop) say(owed Effects, before string) {
	for _, r := range owed.Records {
		l.Log.Info("record", "kind", string(r.Kind), "order", string(r.Order), "amount", int64(r.Amount), "why", r.Why, "late", r.Late)
	}
	if after := l.state.Screen.Name(); after != before {
		l.Log.Info("screen", "from", before, "to", after, "order", string(orderOf(l.state.Screen)))
	}
}
