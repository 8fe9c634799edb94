package merchant

import (
	"context"
	"time"
)

// The pace of the sweep: how often it comes by while there are open papers and
// while there are none, how many papers it takes at a time, and how long a
// paper waits after its n-th try.
const (
	sweepEvery = 15 * time.Second
	sweepIdle  = time.Hour
	sweepMost  = 64
	firstWait  = 15 * time.Second
	longWait   = time.Hour
)

// poking is a shelf that tells the sweep when a paper is left open.
type poking struct {
	Shelf
	wake chan struct{}
}

func (p poking) Put(ctx context.Context, paper Paper) error {
	err := p.Shelf.Put(ctx, paper)
	if paper.Open {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
	return err
}

// Run finishes what went unanswered, until ctx ends: it asks about refunds,
// checkout pages and subscriptions whose fate is not known and repeats what can
// be repeated.
func (d *Desk) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.wake:
			timer.Reset(sweepEvery)
		case <-timer.C:
			if d.sweepAlone(ctx) {
				timer.Reset(sweepEvery)
			} else {
				timer.Reset(sweepIdle)
			}
		}
	}
}

// sweepTurn is how long a sweep waits for that of another process.
const sweepTurn = 200 * time.Millisecond

// sweepAlone sweeps unless another process is just doing so, and reports whether
// to come back soon.
func (d *Desk) sweepAlone(ctx context.Context) (busy bool) {
	if d.locks.far == nil {
		return d.sweep(ctx)
	}
	short, cancel := context.WithTimeout(ctx, sweepTurn)
	defer cancel()
	unlock, err := d.locks.far.Lock(short, turnsKind, "sweep")
	if err != nil {
		return true
	}
	defer unlock()
	return d.sweep(ctx)
}

// sweep works on what is open, and reports whether anything was.
func (d *Desk) sweep(ctx context.Context) (busy bool) {
	for kind, work := range map[Kind]func(context.Context, string) error{
		KindRefund: d.sweepRefund, KindSnap: d.sweepSnap, KindSubscription: d.sweepSubscription,
	} {
		for after := ""; ctx.Err() == nil; {
			papers, err := d.shelf.Open(ctx, kind, after, sweepMost)
			if err != nil {
				d.log.Error("open papers cannot be read", "kind", string(kind), "error", err)
				return true
			}
			if len(papers) == 0 {
				break
			}
			busy = true
			for _, p := range papers {
				after = p.ID
				if err := work(ctx, p.ID); err != nil && ctx.Err() == nil {
					d.log.Error("paper not done", "kind", string(kind), "id", p.ID, "error", err)
				}
			}
		}
	}
	return busy
}

// due reports whether a paper that was tried so often, at lastMS for the last
// time, is to be tried again.
func due(tries int, lastMS int64) bool {
	wait := longWait
	if tries < 8 {
		wait = min(longWait, firstWait<<max(0, tries-1))
	}
	return time.Since(time.UnixMilli(lastMS)) >= wait
}

// sweepRefund sends an unanswered refund again, and looks whether an approved
// one was confirmed.
func (d *Desk) sweepRefund(ctx context.Context, key string) error {
	s, err := read[refund](ctx, d.shelf, KindRefund, key)
	if err != nil || !s.there() || !due(s.Is.Tries, s.Is.LastMS) {
		return err
	}
	done, err := d.locks.take(ctx, "refund "+s.Is.OrderID)
	if err != nil {
		return err
	}
	defer done()
	if s, err = read[refund](ctx, d.shelf, KindRefund, key); err != nil {
		return err
	}
	switch {
	case s.Is.State != RefundAsked && s.Is.State != RefundApproved:
		return nil // somebody else was quicker
	case !s.Is.filing().open:
		return write(ctx, d.shelf, s.Is.filing(), &s) // its window is over: closed as it stands
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	tx, err := d.provider.Status(ctx, s.Is.TransactionID)
	switch {
	case err == nil && s.Is.found(tx):
	case err == nil && s.Is.State == RefundAsked:
		return d.giveBack(ctx, &s)
	}
	s.Is.Tries++
	s.Is.LastMS = time.Now().UnixMilli()
	return write(ctx, d.shelf, s.Is.filing(), &s)
}
