package backend

import (
	"context"
	"fmt"

	"kasir/backend/ledger"
)

// A clerk who begins, or who claims a part that was another's, goes on with what
// is open in it.

// takenAtOnce is how many parts one look at the book takes up.
const takenAtOnce = 16

// takeUp resumes every charge that is still to be asked about, or begins to where
// the book is shared.
func (c *clerk) takeUp(ctx context.Context) error {
	if c.custody.book != nil {
		if err := c.seek(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		return nil
	}
	after, n := "", 0
	for {
		found, err := c.book.Watched(ctx, after, maxBatch)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("take up open charges: %w", err)
		}
		if len(found) == 0 {
			c.log.Info("open charges taken up", "charges", n)
			return nil
		}
		after = found[len(found)-1].Order
		n += c.resume(found)
	}
}

// takeUpSome resumes some of the charges in the parts that were claimed lately, which
// are not given back before. What fails is done again a little later.
func (c *clerk) takeUpSome(ctx context.Context) {
	k := &c.custody
	if len(k.behind) == 0 || c.moment().Up < k.again {
		return
	}
	if k.now == 0 {
		k.now = min(takenAtOnce, len(k.behind))
	}
	found, err := k.book.WatchedOf(ctx, k.behind[:k.now], k.passed, maxBatch)
	if err != nil {
		k.again = c.moment().Up + retryAfter
		if ctx.Err() == nil {
			c.log.Error("open charges cannot be taken up", "error", err)
		}
		return
	}
	if len(found) == maxBatch {
		k.passed = found[maxBatch-1].Order
	} else {
		k.behind, k.now, k.passed = k.behind[k.now:], 0, ""
	}
	if n := c.resume(found); n > 0 {
		c.log.Info("open charges taken up", "charges", n)
	}
}

// resume puts charges on the desk that are on none, and says how many. They were read
// after they became ours: nobody else can have changed them since.
func (c *clerk) resume(found []ledger.Facts) int {
	notes := make([]note, 0, len(found))
	for _, f := range found {
		if c.desk[f.Order] == nil {
			c.lay(f.Order, f)
			notes = append(notes, note{order: f.Order, event: ledger.Tick{}})
		}
	}
	c.work(notes)
	return len(notes)
}
