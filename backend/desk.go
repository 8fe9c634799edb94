package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"weak"

	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// file is one order on the clerk's desk. A charge that needs nothing is taken
// off it, and fetched from the book when somebody asks.
type file struct {
	id      string
	charge  *ledger.Charge     // never changed: pages show the same one; nil while it rests
	page    weak.Pointer[page] // of those who read it now
	spoiled bool               // a commit failed: what is in the book must be read again

	// Of a charge that rests: the book has its facts, as of a version.
	errand  *ledger.Errand
	version int64

	counted string // the state it is counted in

	due   time.Duration // Moment.Up of its next tick
	place int           // on the agenda, -1 when not
}

// ready reports whether the charge can be stepped as it lies here.
func (f *file) ready() bool { return f.charge != nil && !f.spoiled }

// rest leaves the facts to the book: most charges that are open wait for a payer, and
// need only their errand until something is heard of them.
func (f *file) rest() {
	errand := f.charge.Errand
	f.errand, f.version, f.charge = &errand, f.charge.Version, nil
}

// wake is for a charge that rested, with its facts as the book has them.
func (f *file) wake(facts ledger.Facts) {
	f.charge, f.errand = &ledger.Charge{Facts: facts, Errand: *f.errand}, nil
}

// open is the page that shows the charge.
func (f *file) open() *page {
	p := f.page.Value()
	if p == nil {
		p = &page{shown: f.charge}
		f.page = weak.Make(p)
	}
	return p
}

// draft is what a batch makes of one order, before it is committed.
type draft struct {
	*file
	after   *ledger.Charge // becomes the file's when it is committed, and lives longer than the draft
	records []ledger.Record
	calls   []ledger.Call
	news    bool
	waiting []chan<- reply
}

func (d *draft) step(now ledger.Moment, e ledger.Event) {
	c, owed := ledger.Step(*d.after, now, e)
	*d.after = c
	if d.records == nil { // as nearly always
		d.records = owed.Records
	} else {
		d.records = append(d.records, owed.Records...)
	}
	d.calls = append(d.calls, owed.Calls...)
	d.news = d.news || owed.Wake
}

// work decides a batch of notes, commits it in one transaction, and only then
// calls and answers.
func (c *clerk) work(notes []note) {
	c.recall()
	notes = c.ours(notes)
	now := c.moment()
	var drafts []*draft
	byID := make(map[string]*draft, len(notes))
	found := c.lookUp(notes)
	for _, n := range notes {
		if _, ok := n.event.(ledger.Answer); ok {
			c.inAir--
		}
		d, ok := byID[n.order]
		if !ok {
			f, err := c.fetch(n.order, found)
			if err != nil {
				c.refuse(n, err)
				continue
			}
			after := *f.charge
			d = &draft{file: f, after: &after}
			if f.place == unloaded {
				f.place = nowhere
				d.step(now, ledger.Resume{})
			}
			byID[n.order] = d
			drafts = append(drafts, d)
		}
		if err := c.admit(n, d.after); err != nil {
			c.refuse(n, err)
			continue
		}
		d.step(now, n.event)
		if n.reply != nil {
			d.waiting = append(d.waiting, n.reply)
		}
	}
	if err := c.commit(drafts); err != nil {
		c.undo(now, drafts, err)
		return
	}
	for _, d := range drafts {
		c.publish(d)
	}
}

func (c *clerk) refuse(n note, err error) {
	if n.reply != nil {
		n.reply <- reply{err: err}
	}
}

// admit says whether the note may be stepped at all.
func (c *clerk) admit(n note, charge *ledger.Charge) error {
	if n.claim != nil {
		err := charge.Admit(n.claim.amount, n.claim.journal)
		if open, ok := n.event.(ledger.Open); ok {
			err = charge.AdmitOpen(n.claim.amount, n.claim.journal, open.Customer)
		}
		if err != nil {
			return err
		}
	}
	switch n.event.(type) {
	case ledger.Open, ledger.Cancel:
		if charge.Order == "" && len(c.desk) > maxOpen {
			return errFull
		}
	default:
		if charge.Order == "" {
			return errNoOrder
		}
	}
	return nil
}

// fetch is the order's file, from the desk, from what was looked up, or from the book.
func (c *clerk) fetch(id string, found map[string]ledger.Facts) (*file, error) {
	f, ok := c.desk[id]
	if ok && f.ready() {
		return f, nil
	}
	if facts, known := found[id]; known {
		return c.lay(id, facts), nil
	}
	facts, _, err := c.book.Order(context.WithoutCancel(c.calls), id)
	if err != nil {
		c.log.Error("book cannot be read", "order", id, "error", err)
		if ok {
			c.due.put(f, c.moment().Up+retryAfter)
		}
		return nil, errors.Join(errBook, err)
	}
	return c.lay(id, facts), nil
}

// lookUp reads what the notes are about and is on no desk, in one question of a
// shared book: it is as far away for each. What cannot be read so is read one by one.
// An order that the book does not know is Facts{}.
func (c *clerk) lookUp(notes []note) map[string]ledger.Facts {
	k := &c.custody
	if k.book == nil {
		return nil
	}
	var want []string
	for _, n := range notes {
		if f, ok := c.desk[n.order]; !ok || !f.ready() {
			want = append(want, n.order)
		}
	}
	if len(want) < 2 {
		return nil
	}
	known, err := k.book.Orders(context.WithoutCancel(c.calls), want)
	if err != nil {
		c.log.Warn("orders cannot be read together", "orders", len(want), "error", err)
		return nil
	}
	found := make(map[string]ledger.Facts, len(want))
	for _, id := range want {
		found[id] = ledger.Facts{}
	}
	for _, f := range known {
		found[f.Order] = f
	}
	return found
}

// lay puts an order on the desk as the book has it.
func (c *clerk) lay(id string, facts ledger.Facts) *file {
	f, ok := c.desk[id]
	switch {
	case !ok:
		f = &file{id: strings.Clone(id)} // not the whole line of the request that it stood in
		c.desk[f.id] = f
	case f.errand != nil && f.version == facts.Version:
		f.wake(facts)
		return f
	default:
		c.due.drop(f)
	}
	loaded := ledger.Load(facts)
	f.charge, f.errand, f.spoiled, f.place = &loaded, nil, false, unloaded
	return f
}

// commit writes what the drafts owe to the book.
func (c *clerk) commit(drafts []*draft) error {
	entries := make([]ledger.Entry, 0, len(drafts))
	for _, d := range drafts {
		if len(d.records) > 0 {
			entries = append(entries, ledger.Entry{Facts: d.after.Facts, Records: d.records, News: d.news})
		}
	}
	if len(entries) == 0 {
		return c.vouch(drafts)
	}
	// A stop must not cut off what is already decided.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.calls), bookTime)
	defer cancel()
	began := time.Now()
	defer func() { c.batches.took = time.Since(began) }()
	return c.book.Commit(ctx, entries)
}

// undo is for a batch that could not be committed: it has not happened. The
// charges are read again, as after a restart.
func (c *clerk) undo(now ledger.Moment, drafts []*draft, err error) {
	c.log.Error("book cannot be written", "orders", len(drafts), "error", err)
	c.custody.lapse = true
	for _, d := range drafts {
		d.spoiled = true
		for _, to := range d.waiting {
			to <- reply{err: fmt.Errorf("%w: %w", errBook, err)}
		}
		if d.charge.Order == "" {
			c.remove(d.file)
			continue
		}
		c.due.put(d.file, now.Up+retryAfter)
	}
}

// publish does what is owed after the commit: calls, then bells and answers.
func (c *clerk) publish(d *draft) {
	d.charge = d.after
	c.report(d)
	c.count(d.file, string(d.charge.State))
	for _, k := range d.calls {
		if !c.leaving {
			c.call(k)
		}
	}
	if p := d.page.Value(); p != nil {
		p.write(d.charge)
	}
	if d.news {
		c.bells.ring(d.charge.Device)
	}
	for _, to := range d.waiting {
		to <- reply{page: d.open()}
	}
	at, ok := d.charge.Next()
	switch {
	case ok:
		c.due.put(d.file, at)
		if c.custody.book == nil && d.charge.InFlight() == "" { // a shared one is too far away to be read for each look
			d.rest()
		}
	case d.charge.InFlight() != "":
		c.due.drop(d.file)
	default:
		c.remove(d.file)
	}
}

func (c *clerk) remove(f *file) {
	c.due.drop(f)
	c.count(f, "")
	delete(c.desk, f.id)
}

// report writes what happened into the log: one line a record, without the
// code's text.
func (c *clerk) report(d *draft) {
	for _, r := range d.records {
		c.measure(d.charge, r)
		gone := r.Reason.Code == ledger.ReasonNotLinked || r.Reason.Code == wire.ReasonNoWallet
		if r.Kind == ledger.KindDenied && gone && d.charge.Account != "" {
			c.unlinked(d.charge.Customer)
		}
		if r.Kind != ledger.KindAlarm && !c.log.Enabled(c.calls, slog.LevelInfo) {
			continue
		}
		line := []any{"order", d.id, "state", string(d.charge.State)}
		switch r.Kind {
		case ledger.KindAlarm:
			c.log.Warn("alarm: "+string(r.Alarm), append(line, "asked", d.charge.Amount, "named", r.Amount)...)
			continue
		case ledger.KindDenied, ledger.KindDoomed:
			line = append(line, "reason", r.Reason.Code, "message", r.Reason.Message)
		case ledger.KindHeard:
			line = append(line, "claim", r.Claim)
		case ledger.KindAsked, ledger.KindSettled:
			line = append(line, "amount", r.Amount)
		}
		c.log.Info(string(r.Kind), line...)
	}
}
