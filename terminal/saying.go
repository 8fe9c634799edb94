package terminal

import (
	"slices"
	"time"
)

// Saying is what may be said aloud of one sale, in a sentence with its amount.
type Saying uint8

// The sayings. All but one are the journal's own word: they come with the step
// whose record they are of, so that what is heard is on disk. SayUnsure is of a
// sale that is in the journal and has no outcome.
const (
	SayNothing   Saying = iota
	SayPaid             // it is paid
	SayFailed           // it ended without money; not said of an order id that is taken, because money may stand under that
	SayUnsure           // nobody knows yet: do not charge again
	SayLate             // money came after we had let go
	SayDuplicate        // money came that nobody has looked at, and a new sale is keyed: it may be this customer's
)

func (s Saying) String() string {
	return [...]string{"", "paid", "failed", "unsure", "late", "duplicate"}[s]
}

// Volume is how loud a till is; the zero Volume is loudest.
type Volume uint8

// The volumes.
const (
	Loud Volume = iota
	Medium
	Soft
	TonesOnly // as loud as Medium, and nothing is said
)

// next is the volume after one more press; after the last comes the first.
func (v Volume) next() Volume { return (v + 1) % (TonesOnly + 1) }

// backWithin is how soon after a replay the next one is of the saying before.
const backWithin = 15 * time.Second

// replays is what can be said again; it is lost with the power.
type replays struct {
	said []Sound // the last two, newest first
	at   int     // which of them was said again last
	when time.Duration
	used bool
}

// give puts to the sound of a step what may be said of it, and how loud.
func (t *turn) give() {
	s := &t.owed.Sound
	if s.Tone == Silence {
		return
	}
	s.Volume = t.volume
	if s.Again {
		return
	}
	s.Say, s.Order, s.Amount = t.saying(*s)
	if s.Say != SayNothing {
		said := append([]Sound{*s}, t.replays.said...)
		t.replays = replays{said: said[:min(len(said), 2)]}
	}
}

// saying is what may be said with a sound, and of which sale.
func (t *turn) saying(s Sound) (Saying, OrderID, Rupiah) {
	for _, r := range t.owed.Records {
		switch {
		case r.Kind == KindSettled:
			return paidSaying(r.Late), r.Order, r.Amount
		case s.Tone == ToneFailed && (r.Kind == KindCancelled || r.Kind == KindExpired || r.Kind == KindDenied):
			return SayFailed, r.Order, r.Amount
		}
	}
	switch shown := t.Screen.(type) {
	case Unsure:
		if s.Tone == ToneUnsure && find(t.Book.Open, shown.Order) >= 0 {
			return SayUnsure, shown.Order, shown.Amount
		}
	case Late:
		if s.Tone == ToneLate {
			return SayDuplicate, shown.Order, shown.Amount
		}
	}
	return SayNothing, "", s.Amount
}

func paidSaying(late bool) Saying {
	if late {
		return SayLate
	}
	return SayPaid
}

// replay says once more what was said last; soon after that, what was said
// before it. A till that has said nothing since its power came says what the
// journal has of the newest sale that was paid.
func (t *turn) replay() {
	r := t.replays
	if len(r.said) == 0 {
		for _, c := range slices.Backward(t.Book.Past) {
			if c.End == EndPaid {
				r.said = []Sound{{Say: paidSaying(c.Late), Order: c.Order, Amount: c.Amount}}
				break
			}
		}
	}
	if len(r.said) == 0 {
		t.sound(ToneRefuse, 0)
		return
	}
	if r.used && t.now.Up-r.when < backWithin {
		r.at = (r.at + 1) % len(r.said)
	} else {
		r.at = 0
	}
	r.used, r.when = true, t.now.Up
	t.replays = r
	again := r.said[r.at]
	t.owed.Sound = Sound{Tone: ToneKey, Say: again.Say, Order: again.Order, Amount: again.Amount, Again: true}
}
