package office

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kasir/backend/archive"
	"kasir/backend/auditor"
	"kasir/backend/ledger"
	"kasir/backend/reconcile"
)

// What is looked through for what waits for a person. The book's index of what is
// still asked about is a few rows on any day; alarms are rarer.
const (
	watchedEach  = 200
	maxWatched   = 2000
	alarmsWithin = 60 * 24 * time.Hour
	casesShown   = 100
	unsureAfter  = 2 * time.Minute
	concernLife  = 5 * time.Second // for so long what was found is shown to everybody
)

// concern is what waits for a person.
type concern struct {
	at     time.Time
	Unsure []ledger.Facts // nobody knows whether they were paid
	Alarms []ledger.Facts // newest first
	Cases  []auditor.Case
	// Journals of devices are not what they were; Doubts are paid, say devices,
	// and not in the book.
	Journals []archive.Copy
	Doubts   []archive.Doubt
	more     bool // there are more than these
}

func (c concern) count() int {
	return len(c.Unsure) + len(c.Alarms) + len(c.Cases) + len(c.Journals) + len(c.Doubts)
}

// More reports whether there is more than is shown.
func (c concern) More() bool { return c.more }

// unsure reports whether a charge should have an end by now and has none.
func unsure(f ledger.Facts, now time.Time) bool {
	since := f.AskedMS
	switch {
	case f.State == ledger.Denied && f.Unproven:
		since = f.EndedMS
	case f.State == ledger.Pending:
		since = f.ExpiresMS
		if f.CancelWanted {
			since = f.AskedMS
		}
	case f.State != ledger.Asked:
		return false
	}
	return now.UnixMilli()-since > unsureAfter.Milliseconds()
}

// concerns is what waits for a person, found a moment ago or now.
func (o *Office) concerns(ctx context.Context) (concern, error) {
	o.looking.Lock()
	defer o.looking.Unlock()
	if !o.concern.at.IsZero() && time.Since(o.concern.at) < concernLife {
		return o.concern, nil
	}
	now := time.Now()
	c := concern{at: now}
	if err := o.findUnsure(ctx, now, &c); err != nil {
		return c, err
	}
	alarmed, err := o.book.Alarmed(ctx, ledger.Query{FromMS: now.Add(-alarmsWithin).UnixMilli(), Limit: ledger.MaxSearch})
	if err != nil {
		return c, err
	}
	c.more = c.more || len(alarmed) == ledger.MaxSearch
	for _, f := range alarmed {
		var said opinion
		if _, err := o.filed(ctx, kindSeen, f.Order, &said); err != nil {
			return c, err
		}
		if f.AlarmCount > said.Alarms {
			c.Alarms = append(c.Alarms, f)
		}
	}
	if o.o.Auditor != nil {
		if c.Cases, err = o.o.Auditor.Cases(ctx, true, "", casesShown+1); err != nil {
			return c, err
		}
		if len(c.Cases) > casesShown {
			c.Cases, c.more = c.Cases[:casesShown], true
		}
	}
	if err := o.findJournals(ctx, &c); err != nil {
		return c, err
	}
	o.concern = c
	return c, nil
}

func (o *Office) findJournals(ctx context.Context, c *concern) (err error) {
	if o.o.Journals == nil {
		return nil
	}
	var more bool
	c.Journals, c.Doubts, more, err = o.o.Journals.Waiting(ctx, casesShown)
	c.more = c.more || more
	return err
}

func (o *Office) findUnsure(ctx context.Context, now time.Time, c *concern) error {
	book := o.book.(ledger.Book)
	after := ""
	for range maxWatched / watchedEach {
		found, err := book.Watched(ctx, after, watchedEach)
		if err != nil {
			return err
		}
		for _, f := range found {
			if unsure(f, now) {
				c.Unsure = append(c.Unsure, f)
			}
		}
		if len(found) < watchedEach {
			return nil
		}
		after = found[len(found)-1].Order
	}
	c.more = true
	return nil
}

// forget has the next page look anew: something was done about a concern.
func (o *Office) forget() {
	o.looking.Lock()
	defer o.looking.Unlock()
	o.concern = concern{}
}

// attentionPage is all that waits for a person.
type attentionPage struct {
	concern
	Books bool // there is an auditor
	Wrong string
	Case  string // which one could not be closed
}

func (o *Office) attention(v *visit) error { return o.showAttention(v, http.StatusOK, "", "") }

func (o *Office) showAttention(v *visit, status int, wrong, id string) error {
	c, err := o.concerns(v.r.Context())
	if err != nil {
		return err
	}
	return v.show(status, "attention", page{Title: "attention", Data: attentionPage{c, o.o.Auditor != nil, wrong, id}})
}

// closeCase ends a case of the provider's payouts, with a reason.
func (o *Office) closeCase(v *visit) error {
	id := v.r.PostFormValue("case")
	if id == "" && o.o.Journals != nil {
		return o.lookedInto(v)
	}
	if o.o.Auditor == nil {
		return errNotFound
	}
	_, err := o.o.Auditor.Close(v.r.Context(), id, v.who.Name, v.r.PostFormValue("reason"))
	switch {
	case errors.Is(err, auditor.ErrNoCase):
		return errNotFound
	case errors.Is(err, reconcile.ErrNoReason):
		return o.showAttention(v, http.StatusUnprocessableEntity, "reason_short", id)
	case errors.Is(err, reconcile.ErrEnded): // somebody else was faster
	case err != nil:
		return err
	}
	o.forget()
	v.redirect(Prefix + "attention")
	return nil
}

// lookedInto ends an alarm about a device's journal, with a reason.
func (o *Office) lookedInto(v *visit) error {
	device, journal := v.r.PostFormValue("device"), v.r.PostFormValue("journal")
	reason := v.r.PostFormValue("reason")
	if !reconcile.GoodReason(reason) {
		return o.showAttention(v, http.StatusUnprocessableEntity, "reason_short", device+" "+journal)
	}
	err := o.o.Journals.Look(v.r.Context(), device, journal, v.who.Name+": "+reason)
	switch {
	case errors.Is(err, archive.ErrNone): // somebody else was faster, or there is none
		return errNotFound
	case err != nil:
		return err
	}
	o.log.InfoContext(v.r.Context(), "journal looked into by a person", "account", v.who.Name, "device", device, "journal", journal)
	o.forget()
	v.redirect(Prefix + "attention")
	return nil
}
