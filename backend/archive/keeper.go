package archive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kasir/backend/wire"
)

// Keeper takes pages.
type Keeper struct {
	Store
	paid  func(ctx context.Context, order string, amount int64) (bool, error)
	alarm func(Flag)
	log   *slog.Logger
}

// Options say what a keeper asks. Store and Paid are required.
type Options struct {
	Store Store
	// Paid reports whether the ledger has an order as settled, with this amount.
	Paid  func(ctx context.Context, order string, amount int64) (bool, error)
	Alarm func(Flag)   // is told of each flag; nil: nobody is
	Log   *slog.Logger // nil: none
}

// New makes a keeper.
func New(o Options) *Keeper {
	k := &Keeper{Store: o.Store, paid: o.Paid, alarm: o.Alarm, log: o.Log}
	if k.alarm == nil {
		k.alarm = func(Flag) {}
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	return k
}

const tries = 4 // at a copy that another backend changes at the same time

// Take keeps what a page has that is new, and says which row is wanted next. The
// page's form was checked.
func (k *Keeper) Take(ctx context.Context, device string, p wire.JournalPage) (wire.JournalTaken, error) {
	for range tries {
		next, err := k.take(ctx, device, p)
		if !errors.Is(err, ErrStale) {
			return wire.JournalTaken{Next: next}, err
		}
	}
	return wire.JournalTaken{}, fmt.Errorf("keep journal of %s: %w", device, ErrStale)
}

func (k *Keeper) take(ctx context.Context, device string, p wire.JournalPage) (next int64, err error) {
	c, known, err := k.Copy(ctx, device, p.Journal)
	if err != nil {
		return 0, err
	}
	switch {
	case !known:
		c = Copy{Device: device, Journal: p.Journal, Branch: 1, Hash: wire.JournalGenesis(p.Journal)}
	case c.Stopped():
		return 0, nil
	case c.Flag != Fine: // somebody has looked: it is copied anew
		c = Copy{ID: c.ID, Version: c.Version, Device: device, Journal: p.Journal, Branch: c.Branch + 1, Hash: wire.JournalGenesis(p.Journal)}
	}
	rows, flag, seq, err := k.compare(ctx, c, p)
	switch {
	case err != nil:
		return 0, err
	case flag != Fine:
		return 0, k.raise(ctx, c, flag, seq)
	case len(rows) == 0 && known:
		return c.Seq + 1, nil // nothing that is worth a write
	}
	doubts, err := k.doubts(ctx, device, rows)
	if err != nil {
		return 0, err
	}
	c.Version++
	c.AtMS = time.Now().UnixMilli()
	if n := len(rows); n > 0 {
		c.Seq, c.Hash = rows[n-1].Seq, rows[n-1].Hash
	}
	if err := k.Put(ctx, c, rows, doubts); err != nil {
		return 0, err
	}
	for _, d := range doubts {
		k.log.WarnContext(ctx, "alarm: a device knows a sale to be paid, and the book does not", "device", device, "order", d.Order, "amount", d.Amount)
	}
	return c.Seq + 1, nil
}

// compare holds a page against the copy: which rows are new, or what is wrong and
// with which row.
func (k *Keeper) compare(ctx context.Context, c Copy, p wire.JournalPage) (rows []Row, flag Flag, seq int64, err error) {
	switch {
	case p.Head < c.Seq:
		return nil, Rollback, p.Head + 1, nil
	case len(p.Rows) == 0:
		return nil, Fine, 0, nil
	case p.From > c.Seq+1 && p.Asked == c.Seq+1:
		return nil, Gap, c.Seq + 1, nil // it was asked for that row, and has later ones only
	case p.From > c.Seq+1:
		return nil, Fine, 0, nil // it goes by an older answer
	}
	prev := c.Hash
	var kept []wire.Hash
	if p.From <= c.Seq { // some of it is here: an answer was lost
		prev = wire.JournalGenesis(p.Journal)
		from := max(p.From-1, 1)
		if kept, err = k.Hashes(ctx, c, from, len(p.Rows)+1); err != nil {
			return nil, Fine, 0, err
		}
		if p.From > 1 && len(kept) > 0 {
			prev, kept = kept[0], kept[1:]
		}
	}
	if p.Prev != prev {
		return nil, Fork, p.From, nil
	}
	for i, r := range p.Rows {
		seq := p.From + int64(i)
		switch {
		case r.Follows(seq, prev) != r.Hash:
			return nil, Broken, seq, nil
		case i < len(kept) && kept[i] != r.Hash:
			return nil, Fork, seq, nil
		case seq > c.Seq:
			rows = append(rows, Row{seq, r})
		}
		prev = r.Hash
	}
	return rows, Fine, 0, nil
}

// raise writes down that a journal is not what it was, and says it aloud.
func (k *Keeper) raise(ctx context.Context, c Copy, flag Flag, seq int64) error {
	now := time.Now().UnixMilli()
	c.Version++
	c.AtMS, c.Flag, c.FlagSeq, c.FlagMS, c.Seen = now, flag, seq, now, ""
	if err := k.Put(ctx, c, nil, nil); err != nil {
		return err
	}
	k.alarm(flag)
	k.log.WarnContext(ctx, "alarm: a device's journal is not what it was", "device", c.Device, "journal", c.Journal, "why", string(flag), "row", seq, "kept", c.Seq)
	return nil
}

// doubts are what new rows say is paid, and the ledger does not.
func (k *Keeper) doubts(ctx context.Context, device string, rows []Row) (all []Doubt, err error) {
	for _, r := range rows {
		if r.Kind != wire.RowSettled || r.Order == "" {
			continue
		}
		ok, err := k.paid(ctx, r.Order, r.Amount)
		if err != nil {
			return nil, err
		}
		if !ok {
			all = append(all, Doubt{Device: device, Order: r.Order, Amount: r.Amount, Seq: r.Seq, AtMS: r.At})
		}
	}
	return all, nil
}

// Doubtful is up to limit sales that devices have as paid and the ledger still has
// not; those that it has by now are none any more. more says that there are others.
func (k *Keeper) Doubtful(ctx context.Context, limit int) (left []Doubt, more bool, err error) {
	all, err := k.Doubts(ctx, limit+1)
	if err != nil {
		return nil, false, err
	}
	for _, d := range all {
		ok, err := k.paid(ctx, d.Order, d.Amount)
		if err == nil && ok {
			err = k.Settle(ctx, d.Order)
		}
		if err != nil {
			return nil, false, err
		}
		if !ok {
			left = append(left, d)
		}
	}
	return left[:min(len(left), limit)], len(all) > limit, nil
}

// MaxSeen is how long a reason may be, in bytes.
const MaxSeen = 600

// Look notes that somebody has looked into a flag: what the device has is copied
// anew from its first row on, beside what was kept. why is who it was, and what
// they found.
func (k *Keeper) Look(ctx context.Context, device, journal, why string) error {
	c, known, err := k.Copy(ctx, device, journal)
	switch {
	case err != nil:
		return err
	case !known || !c.Stopped() || why == "":
		return ErrNone
	}
	c.Version++
	c.Seen = why[:min(len(why), MaxSeen)]
	return k.Put(ctx, c, nil, nil)
}
