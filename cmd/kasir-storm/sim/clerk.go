package sim

import (
	"errors"
	"time"

	"kasir/backend/ledger"
)

// What the clerk answers when a note is not looked at.
var (
	errNoOrder = errors.New("no such order")
	errBook    = errors.New("the book cannot be used")
)

// note is an event for an order, and whom to answer: with the file once it is
// committed, or with why it has not happened.
type note struct {
	order   string
	event   ledger.Event
	claim   bool // the event is a device's, who must be the one that owns the order
	journal string
	amount  int64
	reply   func(f *file, err error)
}

// file is one order on the clerk's desk.
type file struct {
	id      string
	charge  ledger.Charge // as committed
	loaded  bool          // and stepped with Resume
	alarm   time.Duration // its next tick is on the agenda for then; 0: it is not
	waiting []*waiter
}

// waiter is somebody who is answered when the charge has come far enough, or
// when his time is over.
type waiter struct {
	enough func(ledger.Charge) bool
	answer func(ledger.Charge)
	done   bool
}

// draft is what a batch makes of one order.
type draft struct {
	*file
	after   ledger.Charge
	records []ledger.Record
	calls   []ledger.Call
	news    bool
	replies []func(*file, error)
}

func (d *draft) step(now ledger.Moment, e ledger.Event) {
	c, owed := ledger.Step(d.after, now, e)
	d.after = c
	d.records = append(d.records, owed.Records...)
	d.calls = append(d.calls, owed.Calls...)
	d.news = d.news || owed.Wake
}

// post hands a note to the clerk, who takes all that wait at once.
func (b *backend) post(n note) {
	if !b.up {
		return
	}
	b.queue = append(b.queue, n)
	if !b.busy {
		b.busy = true
		b.w.after(0, b.alive(b.work))
	}
}

// work decides what waits, and has it committed.
func (b *backend) work() {
	w, now := b.w, b.moment()
	notes := b.queue
	b.queue = nil
	var drafts []*draft
	for _, n := range notes {
		d := b.draft(now, n, &drafts)
		if err := b.admit(n, d.after); err != nil {
			if n.reply != nil {
				n.reply(nil, err)
			}
			continue
		}
		d.step(now, n.event)
		if n.reply != nil {
			d.replies = append(d.replies, n.reply)
		}
	}
	var l leaf
	for _, d := range drafts {
		if len(d.records) > 0 {
			l.orders = append(l.orders, ledger.Entry{Facts: d.after.Facts, Records: d.records, News: d.news})
		}
	}
	if w.plant == PlantBackendSendsFirst {
		for _, d := range drafts {
			b.callAll(d)
		}
	}
	if len(l.orders) == 0 {
		b.publish(drafts)
		return
	}
	if w.cut() { // before the record
		b.die()
		return
	}
	w.after(w.within(20*time.Millisecond), b.alive(func() { b.commit(l, drafts) }))
}

// draft is the batch's own copy of an order, from the desk or from the book.
func (b *backend) draft(now ledger.Moment, n note, drafts *[]*draft) *draft {
	for _, d := range *drafts {
		if d.id == n.order {
			return d
		}
	}
	f := b.desk[n.order]
	if f == nil {
		f = &file{id: n.order}
		b.desk[n.order] = f
	}
	if !f.loaded {
		f.charge = ledger.Load(b.book.facts(n.order))
	}
	d := &draft{file: f, after: f.charge}
	if !f.loaded {
		d.step(now, ledger.Resume{})
	}
	*drafts = append(*drafts, d)
	return d
}

// admit says whether a note may be stepped at all.
func (b *backend) admit(n note, c ledger.Charge) error {
	if n.claim && b.w.plant != PlantBodyNotCompared {
		err := c.Admit(n.amount, n.journal)
		if open, ok := n.event.(ledger.Open); ok {
			err = c.AdmitOpen(n.amount, n.journal, open.Customer)
		}
		if err != nil {
			return err
		}
	}
	switch n.event.(type) {
	case ledger.Open, ledger.Cancel:
		return nil
	}
	if c.Order == "" {
		return errNoOrder
	}
	return nil
}

// commit makes a batch durable, or undoes it.
func (b *backend) commit(l leaf, drafts []*draft) {
	w := b.w
	if w.chance(w.weather.badDisk) {
		w.tell("backend: the book cannot be written")
		for _, d := range drafts {
			d.loaded = false
			delete(b.asked, d.id) // read again, as after a restart
			for _, reply := range d.replies {
				reply(nil, errBook)
			}
			if d.charge.Order == "" {
				delete(b.desk, d.id)
				continue
			}
			f := d.file
			f.alarm = 0
			w.after(time.Second, b.alive(func() { b.post(note{order: f.id, event: ledger.Tick{}}) }))
		}
		b.next()
		return
	}
	b.append(l)
	if w.cut() { // after the record, before anything else
		b.die()
		return
	}
	b.publish(drafts)
}

// append is the write itself.
func (b *backend) append(l leaf) {
	w := b.w
	b.file = append(b.file, l)
	b.book.add(l)
	for _, e := range l.orders {
		for _, r := range e.Records {
			w.mixText(string(r.Kind))
			w.tell("backend: records %s of %s", r.Kind, e.Facts.Order)
		}
		w.judgeBackendRecords(e)
	}
}

// publish does what is owed after a commit: calls, bells, answers.
func (b *backend) publish(drafts []*draft) {
	for _, d := range drafts {
		f := d.file
		f.charge, f.loaded = d.after, true
		if b.w.plant != PlantBackendSendsFirst {
			b.callAll(d)
		}
		if b.w.cut() {
			b.die()
			return
		}
		b.report(d)
		f.serve()
		if d.news {
			b.ring(f.charge.Device)
		}
		for _, reply := range d.replies {
			reply(f, nil)
		}
		b.shelve(f)
	}
	b.next()
}

func (b *backend) callAll(d *draft) {
	for _, k := range d.calls {
		b.call(k)
	}
}

func (b *backend) next() {
	b.busy = false
	if len(b.queue) > 0 {
		b.busy = true
		b.w.after(0, b.alive(b.work))
	}
}

// report lets the registrar know of a wallet that a charge found not linked.
func (b *backend) report(d *draft) {
	for _, r := range d.records {
		if r.Kind == ledger.KindDenied && r.Reason.Code == ledger.ReasonNotLinked && d.charge.Account != "" {
			b.doubt(d.charge.Customer)
		}
	}
}

// shelve sets when an order is due. One that needs nothing is taken off.
func (b *backend) shelve(f *file) {
	at, ok := f.charge.Next()
	switch {
	case ok:
		b.arm(f, at+b.born)
	case f.charge.InFlight() == "":
		delete(b.desk, f.id)
	}
}

// arm has the order ticked at a moment, unless that is on the agenda already.
func (b *backend) arm(f *file, at time.Duration) {
	at = max(at, b.w.now+1)
	if f.alarm != 0 && f.alarm <= at {
		return
	}
	f.alarm = at
	b.w.after(at-b.w.now, b.alive(func() {
		if f.alarm != at || !f.loaded {
			return
		}
		f.alarm = 0
		if due, ok := f.charge.Next(); ok && due+b.born > b.w.now {
			b.arm(f, due+b.born)
			return
		}
		b.post(note{order: f.id, event: ledger.Tick{}})
	}))
}

// wait answers when enough is known, or after limit with what is known then.
func (b *backend) wait(f *file, limit time.Duration, enough func(ledger.Charge) bool, answer func(ledger.Charge)) {
	if enough(f.charge) {
		answer(f.charge)
		return
	}
	x := &waiter{enough: enough, answer: answer}
	f.waiting = append(f.waiting, x)
	b.w.after(limit, b.alive(func() {
		if !x.done {
			x.done = true
			x.answer(f.charge)
		}
	}))
}

// serve answers those for whom enough is known by now.
func (f *file) serve() {
	keep := f.waiting[:0]
	for _, x := range f.waiting {
		if !x.done && x.enough(f.charge) {
			x.done = true
			x.answer(f.charge)
		}
		if !x.done {
			keep = append(keep, x)
		}
	}
	f.waiting = keep
}
