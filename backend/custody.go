package backend

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kasir/backend/ledger"
)

// Where several backends share a book, each order is on one desk at a time:
// that of the backend which has claimed its device's part. Another hands its
// notes over to that one; see fellows.

const (
	sweepPace = 6 * time.Second // between two looks for orders that nobody has; half as much again by chance
	idleParts = 3               // looks after which a part without open orders is given back
)

// errElsewhere is for an order that another backend has on its desk.
var errElsewhere = errors.New("another backend has it")

// custody is what the clerk has claimed; it belongs to his goroutine. Without a
// shared book everything is his.
type custody struct {
	book  ledger.Shared // nil: shared with nobody
	life  int64
	parts map[int]int   // and how many looks each has been idle for
	sweep time.Duration // Moment.Up of the next look
	lapse bool          // a commit came to nothing: what is watched and on no desk is looked for

	// What was claimed and is still to be taken up, and how far that has come. It is
	// done in slices between the notes: whoever asks for an order of it is answered
	// first.
	behind []int
	now    int           // how many of the first of behind are being taken up
	passed string        // the last order of those that was
	again  time.Duration // Moment.Up before which none is
}

func newCustody(book ledger.Shared) custody {
	c := custody{book: book, parts: make(map[int]int)}
	if book != nil {
		c.life = book.Life()
	}
	return c
}

// partOf is an order's part; false for an id that is no order's.
func (c *custody) partOf(order string) (int, bool) {
	device, _, err := ledger.ParseOrder(order)
	if err != nil {
		return 0, false
	}
	return c.book.PartOf(device), true
}

// recall gives up everything when the claims were lost: others may act on it by
// now. What was in the air is then no more known than after a restart.
func (c *clerk) recall() {
	k := &c.custody
	if k.book != nil {
		c.recallTo(k.book.Life())
	}
}

// recallTo is recall when the session's life is known.
func (c *clerk) recallTo(life int64) {
	k := &c.custody
	if life == k.life {
		return
	}
	c.log.Warn("the session with the database was lost: open charges are taken up anew", "charges", len(c.desk))
	for _, f := range c.desk {
		c.remove(f)
	}
	clear(k.parts)
	k.behind, k.now, k.passed = nil, 0, ""
	k.life, k.sweep = life, c.moment().Up
}

// ours claims what the notes are about and is those notes that are ours to
// look at. The others are told so.
func (c *clerk) ours(notes []note) []note {
	k := &c.custody
	if k.book == nil {
		return notes
	}
	var err error
	if want := k.missing(notes); len(want) > 0 {
		err = c.claim(want)
	}
	mine := make([]note, 0, len(notes))
	for _, n := range notes {
		part, order := k.partOf(n.order)
		if _, held := k.parts[part]; held || !order {
			mine = append(mine, n)
			continue
		}
		if _, answer := n.event.(ledger.Answer); answer {
			c.inAir-- // to a call that somebody else has taken over
		}
		if err != nil {
			c.refuse(n, errors.Join(errBook, err))
			continue
		}
		c.refuse(n, errElsewhere)
	}
	return mine
}

// missing is the parts of notes that are not claimed.
func (k *custody) missing(notes []note) (want []int) {
	seen := map[int]bool{}
	for _, n := range notes {
		part, order := k.partOf(n.order)
		if _, held := k.parts[part]; held || !order || n.visiting || seen[part] {
			continue
		}
		seen[part] = true
		want = append(want, part)
	}
	return want
}

// claim takes what nobody else has of some parts.
func (c *clerk) claim(want []int) error {
	k := &c.custody
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.calls), bookTime)
	defer cancel()
	got, life, err := k.book.Claim(ctx, want)
	if err != nil {
		c.log.Error("orders cannot be claimed", "error", err)
		return err
	}
	c.recallTo(life)
	for i, part := range want {
		if got[i] {
			k.parts[part] = 0
			k.later(part)
		}
	}
	return nil
}

// later has parts taken up when there is time.
func (k *custody) later(parts ...int) {
	for _, part := range parts {
		if !slices.Contains(k.behind[k.now:], part) {
			k.behind = append(k.behind, part)
		}
	}
}

// vouch fails when an order of drafts that would call without having committed
// anything may be another's by now.
func (c *clerk) vouch(drafts []*draft) error {
	k := &c.custody
	if k.book == nil {
		return nil
	}
	var parts []int
	for _, d := range drafts {
		for _, call := range d.calls {
			if part, ok := k.partOf(d.id); ok && call.Verb != ledger.Status && call.Verb != ledger.Scan {
				parts = append(parts, part)
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.calls), bookTime)
	defer cancel()
	return k.book.Holds(ctx, parts)
}

// seek claims the parts with open charges that nobody has, and gives back those that
// have been without any for a while.
func (c *clerk) seek(ctx context.Context) error {
	k := &c.custody
	c.recall()
	k.sweep = c.moment().Up + sweepPace + rand.N(sweepPace/2)
	parts, err := k.book.WatchedParts(ctx)
	if err != nil {
		return fmt.Errorf("seek open charges: %w", err)
	}
	var want, again []int
	for _, part := range parts {
		if _, held := k.parts[part]; !held {
			want = append(want, part)
		} else if k.lapse {
			again = append(again, part)
		}
	}
	if err := c.claim(want); err != nil {
		return err
	}
	k.later(again...)
	k.lapse = false
	return c.letGo(ctx)
}

// letGo releases parts that have had no open charge for some looks.
func (c *clerk) letGo(ctx context.Context) error {
	k := &c.custody
	used := make(map[int]bool, len(k.parts))
	for id := range c.desk {
		if part, ok := k.partOf(id); ok {
			used[part] = true
		}
	}
	for _, part := range k.behind {
		used[part] = true
	}
	var idle []int
	for part := range k.parts {
		if used[part] {
			k.parts[part] = 0
		} else if k.parts[part]++; k.parts[part] >= idleParts {
			idle = append(idle, part)
			delete(k.parts, part)
		}
	}
	if len(idle) == 0 {
		return nil
	}
	return k.book.Release(ctx, idle)
}

// rest is how long the clerk may wait before he has something to do.
func (c *clerk) rest() time.Duration {
	now := c.moment().Up
	wait := c.due.wait(now)
	if c.custody.book != nil {
		wait = min(wait, max(0, c.custody.sweep-now))
	}
	if len(c.custody.behind) > 0 {
		wait = min(wait, max(0, c.custody.again-now))
	}
	return wait
}

// timely does what the time has made due.
func (c *clerk) timely(ctx context.Context) {
	if c.custody.book != nil && c.moment().Up >= c.custody.sweep {
		if err := c.seek(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("open charges of others cannot be looked for", "error", err)
		}
	}
	c.takeUpSome(ctx)
	c.work(c.ticks())
}
