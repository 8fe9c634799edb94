package main

import (
	"context"

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
