package sim

import "time"

// weather is what goes wrong in one story, and how often. Every seed draws its
// own, with most faults absent from most stories: faults that always rain
// together hide each other.
type weather struct {
	lasts time.Duration

	lose, double, slow float64       // of every message
	lag                time.Duration // of a usual one
	slowLag            time.Duration // of a slow one
	kill               float64       // at every place where a program can die
	badDisk            float64       // of every write
	jump               float64       // of the time of day, at every start of a program

	// What the provider does wrong, per call or per transaction.
	err500, deny, limit, forget, afterCancel, wrongMade, wrongPaid, stale, noText, badPage, lateSettle, foreign, misnamed, captured float64

	tamper  float64 // somebody between backend and till changes codes
	clone   float64 // a second device has a copy of a card
	forge   float64 // and somebody else knocks with forged news
	monkey  float64 // keys that make no sense
	hurried bool    // cashiers who cannot wait
	restore restore
}

// restore is the one old copy that is put back in a story, if any.
type restore uint8

const (
	restoreNone restore = iota
	restoreTill
	restoreBackend
	restoreWipe
	restoreHeir // no copy, but a journal of which a part cannot be read
)

// forecast draws the weather.
func (w *World) forecast() weather {
	some := func(often, most float64) float64 {
		if !w.chance(often) {
			return 0
		}
		return most * w.dice.Float64()
	}
	f := weather{
		lasts: w.between(stormMin, stormMax), lag: w.between(20*time.Millisecond, time.Second),
		lose: some(0.5, 0.3), double: some(0.4, 0.2), slow: some(0.5, 0.3), slowLag: w.between(5*time.Second, 25*time.Second),
		kill: some(0.5, 0.03), badDisk: some(0.15, 0.02), jump: some(0.4, 1),
		err500: some(0.4, 0.3), deny: some(0.3, 0.3), limit: some(0.2, 0.2), forget: some(0.3, 0.5),
		afterCancel: some(0.4, 0.7), wrongMade: some(0.1, 0.3), wrongPaid: some(0.2, 0.5), stale: some(0.3, 0.5),
		noText: some(0.3, 0.6), badPage: some(0.1, 0.5), lateSettle: some(0.4, 0.8), foreign: some(0.1, 0.3), misnamed: some(0.1, 0.3), captured: some(0.3, 0.8),
		tamper: some(0.15, 0.4), forge: some(0.4, 1), clone: some(0.3, 1), monkey: some(0.3, 0.1), hurried: w.chance(0.4),
	}
	if w.chance(0.3) {
		f.restore = restore(1 + w.dice.IntN(4))
	}
	if f.restore == restoreBackend {
		// A backend that has forgotten an order believes the provider that it has
		// not; that both forget at one moment no program can see through.
		f.forget = 0
	}
	return f
}

// end is fair weather.
func (f *weather) end() { *f = weather{lasts: f.lasts, lag: 100 * time.Millisecond} }

// brew plans what happens to whole programs and lines during the storm.
func (w *World) brew() {
	f := &w.weather
	for range w.dice.IntN(4) {
		l := &w.backend.line
		if t := w.dice.IntN(len(w.tills) + 1); t < len(w.tills) {
			l = &w.tills[t].line
		}
		w.after(w.within(f.lasts), func() {
			l.downUntil = w.now + w.within(80*time.Second)
			w.tell("the line %s is cut for %v", l.name, (l.downUntil - w.now).Round(time.Second))
		})
	}
	if f.kill > 0 {
		for range w.dice.IntN(4) {
			w.after(w.within(f.lasts), w.backend.die)
			w.after(w.within(f.lasts), w.tills[w.dice.IntN(len(w.tills))].die)
		}
	}
	if w.chance(f.clone) {
		for range 6 {
			w.after(w.within(f.lasts), w.impostor)
		}
	}
	if w.chance(f.forge) {
		for range 3 {
			w.after(w.within(f.lasts), w.forgeLink)
		}
	}
	switch at, victim := w.between(f.lasts/4, f.lasts), w.tills[w.dice.IntN(len(w.tills))]; f.restore {
	case restoreTill:
		w.after(at, victim.restore)
	case restoreWipe:
		w.after(at, victim.wipe)
	case restoreHeir:
		w.after(at, victim.damage)
	case restoreBackend:
		w.after(at, w.backend.restore)
	}
}

// line is a way for messages, with the outages it has.
type line struct {
	name      string
	downUntil time.Duration
}

func (w *World) down(l *line) bool { return !w.calm && w.now < l.downUntil }

// carry takes one message over a line: do happens once, late, twice or never.
func (w *World) carry(l *line, do func()) {
	f := &w.weather
	if w.down(l) || w.chance(f.lose) {
		return
	}
	wait := w.within(f.lag)
	if w.chance(f.slow) {
		wait += w.within(f.slowLag)
	}
	w.after(wait, do)
	if w.chance(f.double) {
		w.after(wait+w.within(f.slowLag+time.Second), do)
	}
}

// carryOnce is carry without doubles.
func (w *World) carryOnce(l *line, do func()) {
	done := false
	w.carry(l, func() {
		if !done {
			done = true
			do()
		}
	})
}

// cut reports that the power goes here.
func (w *World) cut() bool { return w.chance(w.weather.kill) }
