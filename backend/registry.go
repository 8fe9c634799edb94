package backend

import (
	"context"
	"errors"
	"fmt"

	"kasir/backend/wallet"
)

// admit says whether the deed may be stepped at all. A link id is the device's
// own: the same one with another phone, or of another journal, is not a retry.
func (r *registrar) admit(d deed, w wallet.Wallet) error {
	ask, asking := d.event.(wallet.Ask)
	if !asking {
		if w.Customer == "" {
			return errNoCustomer
		}
		return nil
	}
	customer, a, ok, err := r.book.Link(context.WithoutCancel(r.calls), ask.Link)
	switch {
	case err != nil:
		r.log.Error("book cannot be read", "link", ask.Link, "error", err)
		return errors.Join(errBook, err)
	case ok && a.Journal != ask.Journal:
		return wallet.ErrTaken
	case ok && customer != d.customer:
		return wallet.ErrConflict
	case ok:
		if _, late := w.AttemptOf(ask.Link); !late {
			return errOldLink
		}
	case len(r.desk) > maxWallets:
		return errFull
	}
	return nil
}

// errOldLink is for an attempt that two newer ones came after: what became of
// it is in the book.
var errOldLink = errors.New("an old attempt")

// call asks the provider, in a goroutine of its own, and brings the answer
// back as a deed.
func (r *registrar) call(customer string, k wallet.Call) {
	lane := r.patient
	if k.Urgent {
		lane = r.hasty
	}
	r.workers.Go(func() {
		answer := wallet.Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: wallet.Unknown}
		select {
		case lane <- struct{}{}:
			answer = r.ask(k)
			<-lane
		case <-r.calls.Done():
		}
		select {
		case r.deeds <- deed{customer: customer, event: answer}:
		case <-r.calls.Done():
		}
	})
}

// ask is a call that always has an answer; see clerk.ask.
func (r *registrar) ask(k wallet.Call) (a wallet.Answer) {
	defer func() {
		if v := recover(); v != nil {
			r.log.Error("panic in a call", "verb", k.Verb, "type", fmt.Sprintf("%T", v))
			a = wallet.Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: wallet.Unknown}
		}
	}()
	ctx, cancel := context.WithTimeout(r.calls, callTime)
	defer cancel()
	a = r.linker.ask(ctx, k)
	if a.BadLink && a.URL == "" {
		r.log.Warn("alarm: link", "account", a.Account, "problem", "the page to agree on is not on a host of the provider's")
	}
	return a
}

// report writes what happened into the log: one line a record.
func (r *registrar) report(customer string, records []wallet.Record) {
	for _, one := range records {
		line := []any{"customer", customer}
		if one.Link != "" {
			line = append(line, "link", one.Link)
		}
		if one.Account != "" {
			line = append(line, "account", one.Account)
		}
		if one.Reason.Code != "" {
			line = append(line, "reason", one.Reason.Code, "message", one.Reason.Message)
		}
		r.log.Info("wallet "+string(one.Kind), line...)
	}
}

// doubt has a customer's account read when a charge found it not linked. It is
// a hint: when the desk is full it is left out, and the next charge finds the
// same.
func (r *registrar) doubt(customer string) {
	select {
	case r.deeds <- deed{customer: customer, event: wallet.Look{}}:
	default:
	}
}

// register hands a deed to the registrar, here or where the wallet is, and waits
// until it is committed.
func (b *Backend) register(ctx context.Context, d deed) (*slip, error) {
	return attempt(ctx, b.lobby, func() (*slip, error) { return b.handDeed(ctx, d) },
		func() (*slip, error) { return b.passDeed(ctx, d) })
}

// handDeed hands a deed to our own registrar and waits until it is committed.
func (b *Backend) handDeed(ctx context.Context, d deed) (*slip, error) {
	back := make(chan verdict, 1)
	d.reply = back
	select {
	case b.registrar.deeds <- d:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-b.alive.Done():
		return nil, errClosed
	}
	select {
	case v := <-back:
		return v.slip, v.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-b.alive.Done():
		return nil, errClosed
	}
}
