package speaker

import (
	"slices"

	"kasir/terminal"
	"kasir/terminal/speaker/words"
)

// Limits of what waits to be heard. Both are far above what one counter sells
// while a sentence lasts.
const (
	maxOwed = 8  // money whose turn has not come
	maxTold = 64 // what was announced, so that it is not announced again
)

// queue decides what is heard when. It is a plain value without a clock: take
// is told what the till wants heard, turn is asked for the next part when the
// one before is over or was cut.
//
//   - a verdict (paid, failed, unsure, late, alarm) cuts whatever is lighter
//     than itself, and what is being said of an older verdict, but never the
//     tone of one; it waits for that to end, and the newest comes first;
//   - of one sale the same is never announced twice, except when somebody asks;
//   - an older verdict that is cut or overtaken is forgotten, for the glass has
//     it; but money is said in full as soon as nothing newer waits;
//   - among the others the newest cuts those that mean as little as itself: a
//     click does not cut the tone for a code, nor does it wait for that to end.
type queue struct {
	speaks   bool   // somebody can talk, not only hum
	lightest weight // of what is heard at all

	hearing bool // now is being heard
	saying  bool // and its tone is over
	now     item
	waits   bool // next waits
	next    item
	owed    []item // money whose turn comes after next, oldest first
	told    []told
}

// item is one sound on its way to people's ears.
type item struct {
	terminal.Sound
	lang  terminal.Lang
	toned bool // its tone was heard, or it has none
}

// told is what was announced of a sale. That it was paid is one thing, in time
// or late.
type told struct {
	order terminal.OrderID
	say   terminal.Saying
}

// part is what is heard in one piece: a tone or a sentence.
type part struct {
	item
	said bool
}

// weight is how much a sound means.
type weight uint8

const (
	nothing weight = iota
	click
	hint
	replay
	verdict
)

func weigh(t terminal.Tone) weight {
	switch t {
	case terminal.Silence:
		return nothing
	case terminal.ToneKey, terminal.ToneRefuse:
		return click
	case terminal.ToneReady:
		return hint
	}
	return verdict
}

// weight of an item: whoever asks to hear something again wants to hear it.
func (i item) weight() weight {
	if i.Again && i.toned {
		return replay
	}
	return weigh(i.Tone)
}

func (i item) money() bool {
	return i.Tone == terminal.TonePaid || i.Tone == terminal.ToneLate && i.Say != terminal.SayDuplicate
}

// words are what is said of it; none at a volume at which nothing is.
func (i item) words() []words.Unit {
	if i.Volume >= terminal.TonesOnly {
		return nil
	}
	return words.Sentence(i.lang, i.Say, i.Amount, i.Again)
}

func (q *queue) talks(i item) bool { return q.speaks && i.words() != nil }

// take is one sound that the till wants heard. cut says that what is heard now
// must end; lost is money that too much newer money pushed out, if any.
func (q *queue) take(s terminal.Sound, lang terminal.Lang) (cut bool, lost []item) {
	i := item{Sound: s, lang: lang}
	i.toned = i.Again && q.talks(i)
	w := i.weight()
	if w < q.lightest || w < q.heaviest() || len(Pattern(s.Tone)) == 0 || q.known(i) {
		return false, nil
	}
	if q.waits && q.next.money() {
		lost = append(lost, q.owe(q.next)...)
	}
	q.next, q.waits = i, true
	switch {
	case !q.hearing || q.now.weight() == verdict && !q.saying:
		return false, lost
	case q.now.money() && q.saying:
		lost = append(lost, q.owe(q.now)...)
	}
	q.hearing = false
	return true, lost
}

// heaviest is the weight of all that is heard or waits.
func (q *queue) heaviest() weight {
	most := nothing
	if q.hearing {
		most = q.now.weight()
	}
	if q.waits {
		most = max(most, q.next.weight())
	}
	if len(q.owed) > 0 {
		most = verdict
	}
	return most
}

// known reports that the same was announced of a sale before; if not, it is
// from now on.
func (q *queue) known(i item) bool {
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

// over takes word that a sentence was heard to its end, which may cross with a
// cut: then it is not owed any more.
func (q *queue) over(p part) {
	q.owed = slices.DeleteFunc(q.owed, func(i item) bool { return p.said && i.toned && i.Order == p.Order && i.Say == p.Say })
}

// owe puts money behind everything newer; what there is no room for is lost.
func (q *queue) owe(i item) (lost []item) {
	if i.toned && !q.talks(i) {
		return nil // heard in full
	}
	q.owed = append(q.owed, i)
	if len(q.owed) > maxOwed {
		lost, q.owed = q.owed[:1:1], slices.Clone(q.owed[1:])
	}
	return lost
}

// turn is the next part to be heard, when the one before is over. lost is as
// take's.
func (q *queue) turn() (p part, ok bool, lost []item) {
	if q.hearing && !q.saying && q.talks(q.now) {
		if !q.waits {
			q.saying = true
			return part{q.now, true}, true, nil
		}
		if q.now.money() {
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
		return part{}, false, lost
	}
	q.hearing, q.saying = true, q.now.toned
	q.now.toned = true
	return part{q.now, q.saying}, true, lost
}
