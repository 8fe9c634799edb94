package sqlite

import (
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
