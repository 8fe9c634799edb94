package sim

import (
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/queue"
)

// How long ears take for a tone and for a sentence, at most.
const (
	toneTakes     = 600 * time.Millisecond
	sentenceTakes = 5 * time.Second
)

// mouth is what a till says, by the device's own queue. Nothing happens by
// itself here: it is brought up to the present when somebody asks.
type mouth struct {
	queue queue.Queue
	now   queue.Part
	busy  bool
	ends  time.Duration                        // of now
	owed  map[terminal.OrderID]terminal.Rupiah // money recorded in this life, and not said yet
}

// silence is the power going: what was not said then is on the glass only.
func (t *till) silence() { t.mouth = mouth{queue: queue.Queue{Speaks: true}} }

// listen lets the mouth say what there was time for since the last look.
func (t *till) listen() {
	m := &t.mouth
	for m.busy && m.ends <= t.w.now {
		t.judgeHeard(m.now)
		m.queue.Over(m.now)
		t.goOn(m.ends)
	}
}

// goOn begins with the next part, at a moment that may have passed.
func (t *till) goOn(at time.Duration) {
	m := &t.mouth
	var lost []queue.Item
	m.now, m.busy, lost = m.queue.Turn()
	t.judgeLost(lost)
	m.ends = at + toneTakes
	if m.now.Said {
		m.ends = at + sentenceTakes
	}
}

// hearSound is the till sounding. No verdict is sounded that is not on the card.
func (t *till) hearSound(s terminal.Sound) {
	t.listen()
	t.judgeSound(s)
	cut, lost := t.mouth.queue.Take(s, terminal.Indonesian)
	t.judgeLost(lost)
	if cut || !t.mouth.busy {
		t.goOn(t.w.now)
	}
}

func (t *till) judgeLost(lost []queue.Item) {
	for _, i := range lost {
		t.w.breaks(PromiseHeard, "%s does not say that the money of %s came", t.name, i.Order)
	}
}

// judgeSound holds what is about to be heard against the card.
func (t *till) judgeSound(s terminal.Sound) {
	w := t.w
	if s.Say == terminal.SayNothing {
		if s.Tone == terminal.TonePaid || s.Tone == terminal.ToneLate {
			w.breaks(PromiseDisk, "%s sounds %s over Rp %d, and does not say for which sale", t.name, s.Tone, s.Amount)
		}
		return
	}
	var settled, over, opened bool
	for _, r := range t.read() {
		if r.Order == s.Order && r.Amount == s.Amount {
			settled = settled || r.Kind == terminal.KindSettled
			over = over || r.Kind != terminal.KindSettled && ends(r)
			opened = opened || r.Kind == terminal.KindOpened
		}
	}
	is := opened && !settled && !over // not sure
	switch s.Say {
	case terminal.SayPaid, terminal.SayLate, terminal.SayDuplicate:
		is = settled
	case terminal.SayFailed:
		is = over && !settled
	}
	if !is && !s.Again { // what is said again was true once, and is said to be old
		w.breaks(PromiseDisk, "%s says %s of %s over Rp %d, and its card does not", t.name, s.Say, s.Order, s.Amount)
	}
}

// judgeAnnounced looks at a step that was carried out to its end: what it
// recorded of money it must have sounded.
func (t *till) judgeAnnounced(owed terminal.Effects) {
	for _, r := range owed.Records {
		if r.Kind != terminal.KindSettled {
			continue
		}
		s := owed.Sound
		if s.Order != r.Order || s.Amount != r.Amount || s.Again || s.Say != terminal.SayPaid && s.Say != terminal.SayLate {
			t.w.breaks(PromiseHeard, "%s records the money of %s and sounds %s %s of %q", t.name, r.Order, s.Tone, s.Say, s.Order)
			return
		}
		if t.mouth.owed == nil {
			t.mouth.owed = make(map[terminal.OrderID]terminal.Rupiah)
		}
		t.mouth.owed[r.Order] = r.Amount
	}
}

// judgeHeard is a sentence that was heard to its end.
func (t *till) judgeHeard(p queue.Part) {
	if !p.Said || p.Again || !p.Money() {
		return
	}
	if sum, owed := t.mouth.owed[p.Order]; !owed || sum != p.Amount {
		t.w.breaks(PromiseHeard, "%s says once more, or of nothing, that Rp %d came for %s", t.name, p.Amount, p.Order)
	}
	delete(t.mouth.owed, p.Order)
}

// judgeSilence is the last look, when all has been said.
func (t *till) judgeSilence() {
	t.listen()
	for order := range t.mouth.owed {
		t.w.breaks(PromiseHeard, "%s never said that the money of %s came", t.name, order)
		return
	}
}
