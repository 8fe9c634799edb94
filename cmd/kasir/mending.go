package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kasir/store"
	"kasir/terminal"
)

// gather is what can be carried over from the damaged journal at path. Its
// error says why nothing can.
func gather(ctx context.Context, path string) (h terminal.Heirloom, err error) {
	h = terminal.Gather(func(yield func(terminal.Record, int) bool) {
		next := int64(1)
		for p, e := range store.Salvage(ctx, path) {
			if e != nil {
				err = e
				return
			}
			r, e := terminal.DecodeRecord(p.Body)
			if e != nil {
				continue // as if it could not be read
			}
			gap := int(p.Seq - next)
			if !p.Follows {
				gap = max(gap, 1)
			}
			if next = p.Seq + 1; !yield(r, gap) {
				return
			}
		}
	})
	return h, err
}

// succession lets a new journal take the place of a damaged one, which is kept:
// it begins with what could be read.
func (t *till) succession(ctx context.Context, h terminal.Heirloom) (*journal, terminal.Book, error) {
	var first []store.Entry
	old, err := store.Identity(ctx, t.journal)
	if err != nil {
		t.log.Error("charges without an outcome cannot be carried over", "err", err)
	}
	if r, ok := h.Heir(old, time.Now()); ok {
		e, err := entry(r, t.zone)
		if err != nil {
			return nil, terminal.Book{}, err
		}
		first = append(first, e)
	} else if h.Read > 0 {
		return nil, terminal.Book{}, errors.New("carry the book over: it is too large for one row")
	}
	kept, err := store.Succeed(ctx, t.journal, first...)
	if err != nil {
		return nil, terminal.Book{}, err
	}
	t.log.Warn("a new journal begins; the damaged one is kept", "kept", kept,
		"read", h.Read, "lost", h.Lost, "next", h.Book.Next, "unsure", len(h.Book.Open), "unseen", len(h.Book.Unseen))
	j, b, err := openBook(ctx, t.journal, t.zone)
	return &j, b, err
}

// damaged says that this till cannot sell, and lets an owner or a technician
// begin a new journal. It returns that, or the cause when the till was switched
// off before. The damaged journal is not open.
func (t *till) damaged(ctx context.Context, cause error, pressed <-chan terminal.Key) (*journal, terminal.Book, error) {
	if ctx.Err() != nil {
		return nil, terminal.Book{}, nil // switched off while it looked at the journal
	}
	t.log.Error("selling is not possible: journal is damaged", "err", cause)
	h, err := gather(ctx, t.journal)
	if err != nil {
		t.log.Error("nothing can be read of the damaged journal", "err", err)
	}
	m := terminal.Mender{Config: terminal.Config{Device: t.device}, Heir: h}
	show, began := m.Screen(), time.Now()
	for {
		t.faces.Show(t.before(show))
		select {
		case <-ctx.Done():
			return nil, terminal.Book{}, cause
		case k := <-pressed:
			next, sure := m.Press(show, k, time.Since(began))
			if show = next; !sure {
				continue
			}
		}
		t.faces.Show(t.before(show))
		j, b, err := t.succession(ctx, h)
		if err == nil {
			return j, b, nil
		}
		t.log.Error("a new journal cannot begin", "err", err)
		show.Step = terminal.MendFailed
		cause = fmt.Errorf("%w; %w", cause, err)
	}
}

// before is a screen of a till that has no State yet.
func (t *till) before(s terminal.Screen) terminal.View {
	return terminal.View{Screen: s, Strip: terminal.Strip{Lang: t.lang, Merchant: t.merchant, Device: t.device, Online: true}}
}
