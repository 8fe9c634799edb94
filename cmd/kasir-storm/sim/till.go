package sim

import (
	"fmt"
	"time"

	"kasir/terminal"
)

// till is one device: its card, and one process at a time that does what
// terminal.Run does around Step. What is decided is on the card first, then
// calls are made, then people see and hear it.
type till struct {
	w    *World
	name string
	line line // to the backend

	// On the card.
	journal    string
	card       []terminal.Record
	past       []terminal.Record // what was read of the damaged journal that this one follows
	cards      int               // how many it had
	joined     time.Duration     // when this one was greeted first
	before     []string          // of which orders there were news by then
	paidBefore []string          // and which were paid before it was put in
	owed       int               // records at least that a copy of it has

	// In the process.
	up     bool
	life   int
	born   time.Duration
	skew   time.Duration // of its time of day
	state  terminal.State
	alarm  time.Duration // when it is woken; 0: it is not
	wakes  int           // at one moment
	wokeAt time.Duration
	uplink uplink
	ticket int64                      // of the last search for a customer
	resent map[terminal.OrderID]int64 // see PlantNewID

	kept terminal.Confirm // what it was told for receipts; beside the journal on the card

	// Before it.
	glass   terminal.View
	paper   paper
	phone   line // of the customer, not the till's
	eyes    eyes
	mouth   mouth
	cashier cashier
}

func newTill(w *World, n int) *till {
	t := &till{w: w, name: fmt.Sprintf("till-%c", 'a'+n)}
	t.line.name = t.name + "-backend"
	t.newCard()
	t.silence()
	t.cashier = newCashier(t)
	return t
}

func (t *till) newCard() {
	t.cards++
	t.journal = fmt.Sprintf("%s%d%020d", t.name, t.cards, 0)
	t.card, t.past, t.owed, t.joined, t.before, t.paidBefore = nil, nil, 0, 0, nil, nil
	t.kept = terminal.Confirm{}
}

func (t *till) moment() terminal.Moment {
	m := terminal.Moment{Up: t.w.now - t.born, Wall: epoch.Add(t.w.now + t.skew)}
	if t.w.plant == PlantWallClock {
		m.Up += t.skew
	}
	return m
}

// boot begins a process: what it knows is what the card says.
func (t *till) boot() {
	if t.up {
		return
	}
	w := t.w
	t.up = true
	t.life++
	t.born, t.alarm = w.now, 0
	if w.chance(w.weather.jump) {
		t.skew = w.between(-72*time.Hour, 72*time.Hour)
	}
	b, err := terminal.Fold(func(yield func(terminal.Record, error) bool) {
		for _, r := range t.card {
			if !yield(written(r)) {
				return
			}
		}
	})
	if err != nil {
		w.breaks(PromiseRest, "%s cannot read its own journal: %v", t.name, err)
		return
	}
	w.tell("%s: starts with %d records", t.name, len(t.card))
	b = t.fromSnapshot(b)
	if o := w.orders[t.eyes.standing]; o != nil && o.ends > 0 {
		// It ended without money in the very moment of the power cut. The cut is
		// seen by everybody; the end stands in the journal.
		t.eyes.standing = ""
	}
	c := terminal.Config{Device: t.name, Merchant: merchantName, Expect: terminal.Expect{Merchant: merchantName}, Confirm: t.kept}
	t.state = terminal.Boot(c, b, t.moment())
	t.uplink = uplink{cursor: b.Cursor, epoch: b.Epoch, joined: b.Joined}
	t.look()
	t.arm()
	if w.chance(w.weather.jump) {
		life := t.life
		w.after(w.within(3*time.Minute), func() {
			if t.life == life {
				t.skew = w.between(-72*time.Hour, 72*time.Hour)
				w.tell("%s: the time of day jumps", t.name)
			}
		})
	}
}

// fromSnapshot is the book as a start reads it that begins with the card's last
// snapshot, and at times writes one more on the card.
func (t *till) fromSnapshot(whole terminal.Book) terminal.Book {
	if t.w.chance(0.2) {
		if r, ok := terminal.Snapshot(whole, epoch); ok {
			t.card = append(t.card, r)
		}
	}
	for i := len(t.card) - 1; i >= 0; i-- {
		if t.card[i].Kind != terminal.KindSnapshot {
			continue
		}
		b, err := terminal.Fold(func(yield func(terminal.Record, error) bool) {
			for _, r := range t.card[i:] {
				if !yield(written(r)) {
					return
				}
			}
		})
		if err != nil {
			t.w.breaks(PromiseRest, "%s cannot read its own snapshot: %v", t.name, err)
		}
		return b
	}
	return whole
}

// written is a record as the card gives it back.
func written(r terminal.Record) (terminal.Record, error) {
	body, err := r.Encode()
	if err != nil {
		return r, err
	}
	return terminal.DecodeRecord(body)
}

// die is the power going.
func (t *till) die() {
	if !t.up || t.w.calm {
		return
	}
	w := t.w
	w.tell("%s: killed", t.name)
	w.kills++
	t.up = false
	t.see(terminal.View{})
	t.silence()
	w.after(w.within(20*time.Second), t.boot)
}

// take carries out one event, as terminal.Run does.
func (t *till) take(e terminal.Event) {
	w, life := t.w, t.life
	if !t.up || w.broken != nil {
		return
	}
	said, before := e, t.glass.Screen
	defer func() { t.judgeNamed(said, before) }()
	if t.plantedEvent(&e) {
		return
	}
	w.tellEvent(t, e)
	t.judgeClock(e)
	if g, ok := e.(terminal.Greeted); ok && g.Trouble == terminal.NoTrouble {
		t.kept = g.Confirm
	}
	t.plantedTold(e)
	next, owed := terminal.Step(t.state, t.moment(), e)
	t.plantedEffects(&owed)
	if w.plant == PlantTillSendsFirst {
		t.send(owed.Calls)
		owed.Calls = nil
	}
	if len(owed.Records) > 0 && !t.write(owed.Records) {
		if !t.up {
			return
		}
		next, owed = terminal.Step(t.state, t.moment(), terminal.JournalLost{})
	}
	if !t.up || t.life != life {
		return
	}
	t.state = next
	if t.send(owed.Calls); !t.up || t.life != life {
		return
	}
	if owed.Sound.Tone != terminal.Silence {
		t.hearSound(owed.Sound)
	}
	t.judgeAnnounced(owed)
	t.look()
	t.arm()
}

// write makes records durable in one piece. It is false when the disk refused,
// or when the power went before anything could follow from them.
func (t *till) write(records []terminal.Record) bool {
	w := t.w
	if w.cut() { // before the record
		t.die()
		return false
	}
	bad := w.chance(w.weather.badDisk)
	if bad && w.chance(0.5) {
		w.tell("%s: the card cannot be written", t.name)
		return false
	}
	t.card = append(t.card, records...)
	for _, r := range records {
		w.mixText(string(r.Kind))
		w.mix(uint64(r.Amount))
		w.tell("%s: records %s %s %d %s", t.name, r.Kind, r.Order, r.Amount, r.Why)
		t.judgeRecord(r)
		if r.Kind == terminal.KindJoined && t.owed == 0 {
			t.owed, t.joined = len(t.card), w.now
			t.before = append([]string(nil), w.backend.book.device(t.name).news...)
		}
	}
	if bad {
		w.tell("%s: the card says that it was not written, and it was", t.name)
		return false
	}
	if w.cut() { // after the record, before anything else
		t.die()
		return false
	}
	return true
}

func (t *till) send(calls []terminal.Call) {
	for _, c := range calls {
		t.judgeCall(c)
		t.call(c)
		if t.w.cut() {
			t.die()
			return
		}
	}
}

// look has people see the screen, when there is something new on it.
func (t *till) look() {
	if v := t.state.View(); v != t.glass {
		t.see(v)
	}
}

// arm sets when the till is woken.
func (t *till) arm() {
	w := t.w
	at, ok := t.state.Wake()
	if !ok {
		return
	}
	at += t.born
	if w.plant == PlantWallClock {
		at -= t.skew
	}
	at = max(at, w.now)
	if t.alarm != 0 && t.alarm <= at {
		return
	}
	if at == t.wokeAt {
		if t.wakes++; t.wakes > 1000 {
			w.breaks(PromiseRest, "%s never rests", t.name)
			return
		}
	} else {
		t.wakes, t.wokeAt = 0, at
	}
	t.alarm = at
	life := t.life
	w.after(at-w.now, func() {
		if t.life != life || !t.up || t.alarm != at {
			return
		}
		t.alarm = 0
		if due, ok := t.state.Wake(); !ok || due+t.born > w.now && w.plant != PlantWallClock {
			t.arm()
			return
		}
		t.take(terminal.Wake{})
	})
}

// standing is the order that the glass is about.
func standing(s terminal.Screen) terminal.OrderID {
	switch s := s.(type) {
	case terminal.Asking:
		return s.Order
	case terminal.Offering:
		return s.Order
	case terminal.Verifying:
		return s.Order
	case terminal.Confirming:
		return s.Order
	case terminal.Cancelling:
		return s.Order
	case terminal.Thanks:
		return s.Order
	case terminal.Offline:
		return s.Order
	case terminal.Unsure:
		return s.Order
	case terminal.Late:
		return s.Order
	case terminal.Ended:
		return s.Order
	case terminal.Denied:
		return s.Order
	case terminal.Alarm:
		return s.Order
	}
	return ""
}
