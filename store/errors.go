package store

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// Reasons to refuse a file, or to stop.
var (
	// ErrForeign: the file is something else, and was left as it was.
	ErrForeign = errors.New("it is not a kasir journal")
	// ErrNewer: an older program must not half understand a newer journal.
	ErrNewer = errors.New("it was written by a newer program")
	// ErrBusy: one process writes a journal, and it is not this one.
	ErrBusy = errors.New("another program is writing it")
	// ErrStopped: this handle will not append again.
	ErrStopped = errors.New("the journal has stopped after an earlier error; open it again")
)

// BrokenError says where a journal is damaged or was changed.
type BrokenError struct {
	Seq int64 // the first bad row; 0 when it is no row, or cannot be told
	Why string
	Err error // what SQLite said; nil when it was not SQLite that found it
}

// Unwrap is what SQLite said.
func (e *BrokenError) Unwrap() error { return e.Err }

func (e *BrokenError) Error() string {
	if e.Seq == 0 {
		return "journal is damaged: " + e.Why
	}
	return fmt.Sprintf("journal is damaged at row %d: %s", e.Seq, e.Why)
}

// Full reports whether err means that there is no room left on the card.
func Full(err error) bool { return code(err) == sqlite3.ErrFull || errors.Is(err, syscall.ENOSPC) }

// code is SQLite's word for err, 0 when it is not SQLite's.
func code(err error) sqlite3.ErrNo {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code
}

// explain turns SQLite's view of a bad file into ours. An error that says
// nothing about the file, such as the end of ctx, stays what it is.
func explain(seq int64, err error) error {
	var broken *BrokenError
	switch {
	case err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &broken):
		return err
	}
	switch code(err) {
	case sqlite3.ErrNotADB:
		return fmt.Errorf("%w: %w", ErrForeign, err)
	case sqlite3.ErrCorrupt, sqlite3.ErrIoErr, sqlite3.ErrFormat:
		return &BrokenError{Seq: seq, Why: err.Error(), Err: err}
	}
	return err
}
