package terminal

import "slices"

// Step is everything a till does: the state after e, and what is owed for it.
// It is a pure function; s is not changed.
func Step(s State, now Moment, e Event) (State, Effects) {
	if _, stopped := s.Screen.(Fault); stopped {
		// Nothing can be remembered any more, so nothing may happen: what is
		// told now will be told again to the next life.
		return s, Effects{}
	}
	t := &turn{State: s, now: now}
	switch e := e.(type) {
	case Key:
		t.touched = now.Up
		t.press(e)
	case Told:
		t.told(e)
	case Greeted:
		t.greeted(e)
	case Restored:
		t.restored(e)
	case LinkTold:
		t.toldOfLink(e)
	case Found:
		t.found(e)
	case Linked:
		t.linked(e.Trouble)
	case Ailing:
		t.ailing(e)
	case Inspected:
		t.inspected(e)
	case UpdateNews:
		t.updated(e)
	case JournalLost:
		t.show(Fault{What: max(e.What, FaultJournal)})
		t.sound(ToneAlarm, 0)
		t.give()
		return t.State, t.owed
	}
	t.Screen.pass(t)
	t.calmed = t.calm(now.Up)
	t.hello()
	t.ask()
	t.errands()
	t.give()
	return t.State, t.owed
}

// turn is one step being taken: the state so far and what is owed so far.
type turn struct {
	State
	now  Moment
	owed Effects
}

// record makes a fact: owed to the disk first of all, and true from here on.
func (t *turn) record(r Record) {
	if r.At == 0 {
		r.At = t.now.Wall.UnixMilli()
	}
	t.owed.Records = append(t.owed.Records, r)
	t.Book = t.Book.Apply(r)
	t.rewatch()
	t.reerrand(t.now.Up)
}

func (t *turn) sound(tone Tone, amount Rupiah) {
	if tone > t.owed.Sound.Tone {
		t.owed.Sound = Sound{Tone: tone, Amount: amount}
	}
}

// show changes the screen; the same screen about the same order keeps its age.
func (t *turn) show(next Screen) {
	if next.Name() != t.Screen.Name() || orderOf(next) != orderOf(t.Screen) {
		t.since = t.now.Up
		_, t.coding = t.Screen.(Confirming)
	}
	t.Screen = next
	if t.untold != nil && orderOf(next) == orderOf(t.untold) {
		t.untold = nil // told now, or there is better news of it
	}
}

// stands reports whether the screen is about the order.
func (t *turn) stands(id OrderID) bool { return orderOf(t.Screen) == id }

// resting is the screen of a till that nobody is using: money that waits to
// be acknowledged, else an alarm that waits for a person, else how a sale ended
// behind one of those, else a charge left in the middle, else a wallet in the middle of being linked or unlinked, else
// ready.
func (s State) resting() Screen {
	if len(s.Book.Unseen) > 0 {
		return s.unseen(s.Book.Unseen[0])
	}
	if len(s.Book.Alarms) > 0 {
		return s.Book.Alarms[0]
	}
	if s.untold != nil {
		return s.untold
	}
	for _, c := range slices.Backward(s.Book.Open) {
		switch {
		case c.Parked || c.Alarmed:
			continue
		case c.LetGo:
			return Cancelling{Order: c.Order, Amount: c.Amount, Payer: c.Payer}
		default:
			return Asking{Order: c.Order, Amount: c.Amount, Payer: c.Payer}
		}
	}
	if l := s.Book.Link; l.Order != "" {
		return Linking{Order: l.Order, Masked: l.Masked}
	}
	for _, u := range slices.Backward(s.Book.Unlinks) {
		if !u.Left {
			return Unlinking{Payer: u.Payer}
		}
	}
	if s.Book.Shift.Shut {
		return Closed{Last: s.Book.Shift.No}
	}
	return Idle{}
}

// rest goes to rest by itself, not by a key.
func (t *turn) rest() {
	t.show(t.resting())
	t.Screen.pass(t)
}

// press is one key. Language and volume can be changed anywhere, and what was
// said can be heard again.
func (t *turn) press(k Key) {
	switch k {
	case KeyLanguage:
		t.lang = 1 - t.lang
		t.sound(ToneKey, 0)
		return
	case KeyVolume:
		t.volume = t.volume.next()
		t.record(Record{Kind: KindSet, Why: setVolume, Count: int(t.volume) + 1})
		t.sound(ToneReady, 0) // to hear it
		return
	case KeyReplay:
		t.replay()
		return
	}
	if d, held := k.Held(); held {
		t.hold(d)
		return
	}
	_, confirming := t.Screen.(Confirming)
	t.Screen.key(t, k)
	t.coding = t.coding && !confirming // left by a key, not under one
}

// ailing notes how a part of the till does. A glass that fails is heard,
// because it cannot be seen.
func (t *turn) ailing(e Ailing) {
	is := &t.noKeypad
	switch e.Part {
	case PartGlass:
		is = &t.noGlass
	case PartPrinter:
		is = &t.noPaper
	case PartNetwork:
		t.plugged(!e.Bad)
		return
	}
	if e.Bad && !*is {
		t.sound(ToneAlarm, 0)
	}
	*is = e.Bad
}

// hello greets the backend until it answers, once in each life: it says which
// order numbers are free and whether the money is real.
func (t *turn) hello() {
	l := &t.link
	if l.flight && t.now.Up-l.sent >= lostAfter {
		l.flight = false
	}
	if l.greeted || l.flight || t.now.Up < l.next {
		return
	}
	l.flight, l.sent = true, t.now.Up
	t.owed.Calls = append(t.owed.Calls, Call{Verb: Hello})
}

// ask sends the questions that are due, one at most for each open charge.
func (t *turn) ask() {
	for i, c := range t.Book.Open {
		w := t.watches[i]
		if t.now.Up < w.due() {
			continue
		}
		if w.flight != 0 {
			w.fails++
		}
		w.flight, w.sent = w.question(c), t.now.Up
		t.watches = slices.Clone(t.watches)
		t.watches[i] = w
		call := Call{Verb: w.flight, Order: c.Order, Amount: c.Amount, Journal: c.Old}
		if w.flight == Open {
			call.Customer = c.Payer.Customer
		}
		t.owed.Calls = append(t.owed.Calls, call)
	}
}

// hurry makes the question about an order due now.
func (t *turn) hurry(id OrderID) {
	if w := t.watching(id); w != nil && w.flight == 0 {
		w.next = t.now.Up
	}
}

// greeted takes the backend's answer to a hello.
func (t *turn) greeted(e Greeted) {
	t.link.flight = false
	t.linked(e.Trouble)
	if e.Trouble != NoTrouble {
		t.link.next = t.now.Up + helloEvery
		return
	}
	t.link.greeted, t.link.sandbox, t.confirm = true, e.Sandbox, e.Confirm
	t.askForPages()
	r := Record{Kind: KindJoined, Next: max(e.Next, t.Book.Next)}
	switch {
	case !t.Book.Joined:
		// A new journal: what was before it is not its matter.
		r.Cursor, r.Epoch = e.Latest, e.Epoch
		t.record(r)
	case e.Next > t.Book.Next:
		// The backend knows numbers that this journal does not: it is older
		// than the device. Never use one of them twice.
		t.record(r)
	}
	t.restored(Restored{Epoch: e.Epoch, Latest: e.Latest})
}

// askForPages asks again for what could not be shown before the greeting.
func (t *turn) askForPages() {
	t.attempt.hurry(t.now.Up)
	for _, c := range t.Book.Open {
		if c.Payer.Linked() && t.stands(c.Order) {
			t.hurry(c.Order)
		}
	}
}

// linked notes how the way to the backend is; when it comes back, what went
// unanswered is asked again at once.
func (t *turn) linked(trouble Trouble) {
	was := t.link.trouble
	t.link.trouble = trouble
	if trouble != NoTrouble {
		t.lastError = string(t.trouble())
	}
	if trouble != NoTrouble || was == NoTrouble {
		return
	}
	t.retry()
}
