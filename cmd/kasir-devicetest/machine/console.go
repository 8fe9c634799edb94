package machine

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// maxConsole is how much of a console is kept, in bytes; a machine that says more
// is one that goes round in circles.
const maxConsole = 4 << 20

// console keeps what a serial console says, and when.
type console struct {
	mu    sync.Mutex
	text  []byte
	times []mark
	news  chan struct{} // closed with the next words
}

// mark is when the text had become so long.
type mark struct {
	length int
	at     time.Time
}

func newConsole() *console { return &console{news: make(chan struct{})} }

func (c *console) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.text)+len(b) <= maxConsole {
		c.text = append(c.text, b...)
		c.times = append(c.times, mark{len(c.text), time.Now()})
	}
	close(c.news)
	c.news = make(chan struct{})
	return len(b), nil
}

func (c *console) wait(ctx context.Context, what string, nth int) (time.Time, error) {
	for {
		c.mu.Lock()
		at, found := c.find(what, nth)
		news := c.news
		c.mu.Unlock()
		if found {
			return at, nil
		}
		select {
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("wait for %q: %w; the console ends with: %s", what, ctx.Err(), c.tail())
		case <-news:
		}
	}
}

func (c *console) find(what string, nth int) (time.Time, bool) {
	end := 0
	for range nth {
		i := bytes.Index(c.text[end:], []byte(what))
		if i < 0 {
			return time.Time{}, false
		}
		end += i + len(what)
	}
	for _, m := range c.times {
		if m.length >= end {
			return m.at, true
		}
	}
	return time.Time{}, false
}

func (c *console) tail() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.TrimSpace(string(c.text[max(0, len(c.text)-2000):]))
}
