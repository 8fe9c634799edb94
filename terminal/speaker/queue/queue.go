// Package queue decides what of a till is heard when. It is a plain value
// without a clock or a sound: Take is told what the till wants heard, Turn is
// asked for the next part when the one before is over or was cut. Because it is
// pure, stories of whole shops can be held against it (see cmd/kasir-storm).
//
//   - A verdict (paid, failed, unsure, late, alarm) cuts whatever is lighter
//     than itself, and what is being said of an older verdict, but never the
//     tone of one; it waits for that to end, and the newest comes first.
//   - Of one sale the same is never announced twice, except when somebody asks.
//   - An older verdict that is cut or overtaken is forgotten, for the glass has
//     it; but money is said in full as soon as nothing newer waits.
//   - Among the others the newest cuts those that mean as little as itself: a
//     click does not cut the tone for a code, nor does it wait for that to end.
//
// Next room to visit: package speaker, whose players carry it out.
package queue

import (
	"slices"

	"kasir/terminal"
	"kasir/terminal/speaker/words"
)

// Limits of what waits to be heard. Both are far above what one counter sells
// while a sentence lasts; but after a day without a network as much as MaxOpen
// may come in one moment.
const (
	maxOwed = terminal.MaxOpen // money whose turn has not come
	maxTold = 64               // what was announced, so that it is not announced again
)

// Queue is what is heard and what waits. The zero Queue hums and does not talk.
type Queue struct {
	Speaks   bool   // somebody can talk, not only hum
	Lightest Weight // of what is heard at all

	hearing bool // now is being heard
	saying  bool // and its tone is over
	now     Item
	waits   bool // next waits
	next    Item
	owed    []Item // money whose turn comes after next, oldest first
	told    []told
}

// Item is one sound on its way to people's ears.
type Item struct {
	terminal.Sound
	Lang  terminal.Lang
	toned bool // its tone was heard, or it has none
}

// told is what was announced of a sale. That it was paid is one thing, in time
// or late.
type told struct {
	order terminal.OrderID
	say   terminal.Saying
}

// Part is what is heard in one piece: a tone or a sentence.
type Part struct {
	Item
	Said bool
}

// Weight is how much a sound means.
type Weight uint8

// The weights.
const (
	nothing Weight = iota
	Click          // a key was taken, or made no sense
	Hint           // a code can be scanned
	Replay         // somebody asked what was said
	Verdict        // all that is about money
)

func weigh(t terminal.Tone) Weight {
	switch t {
	case terminal.Silence:
		return nothing
	case terminal.ToneKey, terminal.ToneRefuse:
		return Click
	case terminal.ToneReady:
		return Hint
	}
	return Verdict
}

// weight of an item: whoever asks to hear something again wants to hear it.
func (i Item) weight() Weight {
	if i.Again && i.toned {
		return Replay
	}
	return weigh(i.Tone)
}

// Money reports that it says that money came.
func (i Item) Money() bool {
	return i.Tone == terminal.TonePaid || i.Tone == terminal.ToneLate && i.Say != terminal.SayDuplicate
}

// Words are what is said of it; none at a volume at which nothing is.
func (i Item) Words() []words.Unit {
	if i.Volume >= terminal.TonesOnly {
		return nil
	}
	return words.Sentence(i.Lang, i.Say, i.Amount, i.Again)
}

func (q *Queue) talks(i Item) bool { return q.Speaks && i.Words() != nil }

// Take is one sound that the till wants heard. cut says that what is heard now
// must end; lost is money that too much newer money pushed out, if any.
func (q *Queue) Take(s terminal.Sound, lang terminal.Lang) (cut bool, lost []Item) {
	i := Item{Sound: s, Lang: lang}
	i.toned = i.Again && q.talks(i)
	w := i.weight()
	if w < q.Lightest || w < q.heaviest() || s.Tone == terminal.Silence || s.Tone > terminal.ToneAlarm || q.known(i) {
		return false, nil
	}
	if q.waits && q.next.Money() {
		lost = append(lost, q.owe(q.next)...)
	}
	q.next, q.waits = i, true
	switch {
	case !q.hearing || q.now.weight() == Verdict && !q.saying:
		return false, lost
	case q.now.Money() && q.saying:
		lost = append(lost, q.owe(q.now)...)
	}
	q.hearing = false
	return true, lost
}

// heaviest is the weight of all that is heard or waits.
func (q *Queue) heaviest() Weight {
	most := nothing
	if q.hearing {
		most = q.now.weight()
	}
	if q.waits {
		most = max(most, q.next.weight())
	}
	if len(q.owed) > 0 {
		most = Verdict
	}
	return most
}

// known reports that the same was announced of a sale before; if not, it is
// from now on.
func (q *Queue) known(i Item) bool {
	if i.Order == "" || i.Say == terminal.SayNothing || i.Again {
		return false
	}
	t := told{i.Order, i.Say}
	if i.Say == terminal.SayLate {
		t.say = terminal.SayPaid
	}
	if slices.Contains(q.told, t) {
		return true
	}
	q.told = append(q.told, t)
	q.told = q.told[max(0, len(q.told)-maxTold):]
	return false
}

// Over takes word that a sentence was heard to its end, which may cross with a
// cut: then it is not owed any more.
func (q *Queue) Over(p Part) {
	q.owed = slices.DeleteFunc(q.owed, func(i Item) bool { return p.Said && i.toned && i.Order == p.Order && i.Say == p.Say })
}

// owe puts money behind everything newer; what there is no room for is lost.
func (q *Queue) owe(i Item) (lost []Item) {
	if i.toned && !q.talks(i) {
		return nil // heard in full
	}
	q.owed = append(q.owed, i)
	if len(q.owed) > maxOwed {
		lost, q.owed = q.owed[:1:1], slices.Clone(q.owed[1:])
	}
	return lost
}

// Turn is the next part to be heard, when the one before is over. lost is as
// Take's.
func (q *Queue) Turn() (p Part, ok bool, lost []Item) {
	if q.hearing && !q.saying && q.talks(q.now) {
		if !q.waits {
			q.saying = true
			return Part{q.now, true}, true, nil
		}
		if q.now.Money() {
			q.now.toned = true
			lost = q.owe(q.now)
		}
	}
	q.hearing = false
	switch {
	case q.waits:
		q.now, q.waits = q.next, false
	case len(q.owed) > 0:
		q.now, q.owed = q.owed[0], slices.Clone(q.owed[1:])
	default:
		return Part{}, false, lost
	}
	q.hearing, q.saying = true, q.now.toned
	q.now.toned = true
	return Part{q.now, q.saying}, true, lost
}
