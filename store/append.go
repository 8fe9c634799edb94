package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

// Append adds the entries in one transaction and returns when they are on
// disk, all of them, or none. last is the number of the last row.
//
// An entry that is not well-formed is refused and changes nothing. Any other
// error is final for this handle: every later Append returns ErrStopped. Also
// a full disk is: nothing half-written stays, but what the till was about to
// remember is lost with its event, and a person should know before it goes on.
func (j *Journal) Append(ctx context.Context, entries ...Entry) (last int64, err error) {
	if j.readOnly {
		return 0, fmt.Errorf("append to %s: it is open for reading only", j.path)
	}
	for _, e := range entries {
		if err := e.check(); err != nil {
			return 0, fmt.Errorf("append to journal: %w", err)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stopped != nil {
		return 0, fmt.Errorf("append to journal: %w: %w", ErrStopped, j.stopped)
	}
	if len(entries) == 0 {
		return j.seq, nil
	}
	seq, head, err := j.write(ctx, entries)
	if err != nil {
		j.stopped = err
		return 0, fmt.Errorf("append to journal: %w", err)
	}
	j.seq, j.head = seq, head
	return seq, nil
}

func (j *Journal) write(ctx context.Context, entries []Entry) (seq int64, head [32]byte, err error) {
	// A commit must not be cut short: once it has begun, it ends by itself.
	ctx = context.WithoutCancel(ctx)
	tx, err := j.conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, head, err
	}
	defer tx.Rollback()
	insert := tx.StmtContext(ctx, j.insert)
	defer insert.Close()
	seq, head = j.seq, j.head
	for _, e := range entries {
		seq++
		r := Row{Seq: seq, Entry: e, Prev: head}
		head = r.sum()
		if _, err := insert.ExecContext(ctx, seq, e.Kind, e.Order, e.Amount, e.Day, e.At.UnixMilli(), e.Body, r.Prev[:], head[:]); err != nil {
			return 0, head, fmt.Errorf("row %d: %w", seq, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return 0, head, fmt.Errorf("commit row %d: %w", seq, err)
	}
	return seq, head, nil
}

// Full reports whether err means that there is no room left on the card.
func Full(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.Code == sqlite3.ErrFull
}

func (e Entry) check() error {
	if e.Kind == "" || len(e.Kind) > maxKind {
		return fmt.Errorf("kind %q: want 1 to %d characters", e.Kind, maxKind)
	}
	for _, c := range []byte(e.Kind) {
		if c != '.' && (c < 'a' || c > 'z') {
			return fmt.Errorf("kind %q: want only a-z and points", e.Kind)
		}
	}
	if len(e.Order) > 64 {
		return fmt.Errorf("order id of %d characters, at most 64", len(e.Order))
	}
	if len(e.Body) > maxBody || !json.Valid(e.Body) {
		return fmt.Errorf("%s: body of %d bytes is not JSON of at most %d", e.Kind, len(e.Body), maxBody)
	}
	return nil
}
