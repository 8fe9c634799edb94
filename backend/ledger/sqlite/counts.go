package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"kasir/backend/ledger"
)

// maxCounts is how many devices' counts are remembered; with more all are
// forgotten, and read again as they are needed.
const maxCounts = 20_000

// counts are the devices as the last commit left them, as far as they are
// remembered: nobody else writes the file. What a commit may or may not have
// changed is not remembered.
type counts struct {
	mu sync.Mutex
	of map[string]ledger.Device
}

func (c *counts) get(device string) (ledger.Device, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.of[device]
	return d, ok
}

// learn takes what was committed.
func (c *counts) learn(all map[string]ledger.Device) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil || len(c.of)+len(all) > maxCounts {
		c.of = make(map[string]ledger.Device, len(all))
	}
	for name, d := range all {
		c.of[name] = d
	}
}

func (c *counts) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of = nil
}

// unused reports whether an order's number is one that its device, as far as that
// is remembered, has not come to yet: the book has no such order.
func (c *counts) unused(order string) bool {
	device, number, err := ledger.ParseOrder(order)
	if err != nil {
		return false
	}
	d, ok := c.get(device)
	return ok && number >= d.Next
}

// tally counts the devices of one commit, and gathers what is written of all its
// entries together.
type tally struct {
	pen  *pen
	from *counts
	of   map[string]ledger.Device // as they are to be

	facts, news []any // of rows
}

// add counts an entry, and numbers its news.
func (t *tally) add(ctx context.Context, e ledger.Entry) error {
	f := e.Facts
	d, err := t.find(ctx, f.Device)
	if err != nil {
		return err
	}
	d.Next = max(d.Next, f.Number+1)
	if e.News {
		d.Latest++
		t.news = append(t.news, f.Device, d.Latest, f.Order)
	}
	t.of[f.Device] = d
	return nil
}

// find is a device's counts, before or within this commit.
func (t *tally) find(ctx context.Context, device string) (d ledger.Device, err error) {
	if d, ok := t.of[device]; ok {
		return d, nil
	}
	if d, ok := t.from.get(device); ok {
		return d, nil
	}
	err = t.pen.count.QueryRowContext(ctx, device).Scan(&d.Next, &d.Latest)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return d, err
}

// write puts what was gathered, and what has changed of the devices, into the file.
func (t *tally) write(ctx context.Context) error {
	var devices []any
	for name, d := range t.of {
		if was, ok := t.from.get(name); !ok || was != d {
			devices = append(devices, name, d.Next, d.Latest)
		}
	}
	if err := t.pen.fact.insert(ctx, t.facts); err != nil {
		return fmt.Errorf("facts: %w", err)
	}
	if err := t.pen.news.insert(ctx, t.news); err != nil {
		return fmt.Errorf("news: %w", err)
	}
	if err := t.pen.device.insert(ctx, devices); err != nil {
		return fmt.Errorf("devices: %w", err)
	}
	return nil
}
