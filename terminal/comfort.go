package terminal

import "time"

// Calm is what the glass does when nobody uses a till that waits for the next
// sale: it gets dimmer, then says whose till it is and what proves a payment, and
// then goes dark. Each is so long after the last key, in that order; 0 is never.
type Calm struct{ Dim, Advise, Dark time.Duration }

// Rest is how far that is.
type Rest uint8

// The steps.
const (
	Awake Rest = iota
	Dimmed
	Advising
	Dark
)

// after is when a step comes, since the last key.
func (c Calm) after(r Rest) time.Duration {
	return [...]time.Duration{Dimmed: c.Dim, Advising: c.Advise, Dark: c.Dark}[r]
}

// idle is for how long nobody has used a till that waits for the next sale; ok is
// false when it does something else.
func (s State) idle() (since time.Duration, ok bool) {
	switch s.Screen.(type) {
	case Idle, Closed:
		return max(s.since, s.touched), true
	}
	return 0, false
}

// calm is the step that the till has come to.
func (s State) calm(now time.Duration) (r Rest) {
	since, ok := s.idle()
	if !ok {
		return Awake
	}
	for step := Dimmed; step <= Dark; step++ {
		if after := s.Config.Calm.after(step); after > 0 && now-since >= after {
			r = step
		}
	}
	return r
}

// tires is when the next step comes by itself.
func (s State) tires() (at time.Duration, ok bool) {
	since, idle := s.idle()
	if !idle {
		return 0, false
	}
	for step := s.calmed + 1; step <= Dark; step++ {
		if after := s.Config.Calm.after(step); after > 0 && (!ok || since+after < at) {
			at, ok = since+after, true
		}
	}
	return at, ok
}

// MaxLight is the brightest of the steps that the glass's light can be set to, by
// keys 2 and 8 while there is a code on it.
const MaxLight = 4

// What a KindSet is about.
const (
	setVolume = "volume"
	setLight  = "light"
)

// set takes what somebody set.
func (b *Book) set(r Record) {
	switch r.Why {
	case setVolume:
		b.Volume = r.Count
	case setLight:
		b.Light = r.Count
	}
}

// brighten sets the light a step up or down; a light that nobody has set yet is
// taken for the second brightest. It reports whether there was such a step.
func (t *turn) brighten(by int) bool {
	light := t.Book.Light
	if light == 0 {
		light = MaxLight - 1
	}
	if light += by; !t.Config.Lit || light < 1 || light > MaxLight {
		return false
	}
	t.record(Record{Kind: KindSet, Why: setLight, Count: light})
	return true
}
