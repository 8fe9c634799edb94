package main

import (
	"context"
	"runtime/debug"
	"time"

	"kasir/terminal"
)

// ahead is a journal that is opened while the panels are: both wait for hardware, and
// neither for the other.
type ahead struct {
	done    chan struct{} // closed when the others say how it went
	journal journal
	book    terminal.Book
	err     error
}

func (t *till) openAhead(ctx context.Context) *ahead {
	a := &ahead{done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.journal, a.book, a.err = openBook(ctx, t.journal, t.zone)
	}()
	return a
}

// close is for a journal that nobody came to use.
func (a *ahead) close() error {
	if <-a.done; a.err != nil {
		return nil // it is of no interest any more
	}
	return a.journal.Close()
}

// mostUnseen is how long what a till does not begin with waits for the first picture. A
// panel that is broken or slow must not keep a till from its backend.
const mostUnseen = time.Second

// startGarbage, in percent of Go's 4 MB, is how large the memory of a start may get before
// it is collected.
const startGarbage = 400

// collectLater lets a start leave what it throws away, some megabytes, until there is a
// picture: collecting it would take the processor from what somebody waits for.
func (t *till) collectLater(ctx context.Context) {
	usual := debug.SetGCPercent(startGarbage)
	t.faces.seen(ctx, mostUnseen)
	debug.SetGCPercent(usual)
}
