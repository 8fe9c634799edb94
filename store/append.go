package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Append adds the entries in one transaction and returns when they are on
// disk, all of them, or none. last is the number of the last row.
//
// The end of ctx does not cut an append short: a fact is short to write, and
// half a commit would have to be looked up. It ends by itself; what it may wait
// for is another program's lock, 5 seconds at most.
//
// An entry that is not well-formed is refused and changes nothing. Any other
// error is final for this handle: every later Append returns ErrStopped with
// the first error in it, and nothing is tried again. An error on carrying the
// log back, which follows some appends, is final in the same way, for the next
// one: these rows are on disk. That goes for a full disk
// (see Full) too: nothing half-written stays, but what the till was about to
// remember is lost with its event, and a person should know before it goes on.
// After an error on the commit itself the rows may be there all the same; a new
// Open tells, and its Head says.
func (j *Journal) Append(ctx context.Context, entries ...Entry) (last int64, err error) {
	if j.view != nil {
		return 0, fmt.Errorf("append to journal %s: it is open for reading only", j.path)
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
	seq, head, err := j.write(context.WithoutCancel(ctx), entries)
	if err != nil {
		j.stopped = err
		return 0, fmt.Errorf("append to journal: %w", err)
	}
	j.seq, j.head = seq, head
	if err := j.carry(context.WithoutCancel(ctx), entries); err != nil {
		j.stopped = err // these rows are on disk; no others will be
	}
	return seq, nil
}

// carry brings the log back into the database when it is long enough. SQLite
// would do so by itself after a commit, and keep it to itself when the card
// fails.
func (j *Journal) carry(ctx context.Context, entries []Entry) error {
	j.pages += 3 // of the table, of the index, and now and then one above them
	for _, e := range entries {
		j.pages += (len(e.Body) + pageBytes/4) / pageBytes
	}
	if j.pages < j.every {
		return nil
	}
	var busy, log, carried int
	if err := j.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &log, &carried); err != nil {
		return fmt.Errorf("carry the log back: %w", err)
	}
	j.pages = log - carried // what a reader still needs
	return nil
}

// write is one transaction, spoken to the connection directly: database/sql
// would prepare the insert anew in each.
func (j *Journal) write(ctx context.Context, entries []Entry) (seq int64, head [32]byte, err error) {
	if _, err := j.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return 0, head, fmt.Errorf("begin: %w", err)
	}
	seq, head, err = j.rows(ctx, entries)
	if err == nil {
		if _, err = j.conn.ExecContext(ctx, "COMMIT"); err == nil {
			return seq, head, nil
		}
		err = fmt.Errorf("commit row %d: %w", seq, err)
	}
	// SQLite has ended the transaction itself after some errors; then this one
	// says that there is none, which is what is wanted.
	_, _ = j.conn.ExecContext(ctx, "ROLLBACK")
	return 0, head, err
}

func (j *Journal) rows(ctx context.Context, entries []Entry) (seq int64, head [32]byte, err error) {
	seq, head = j.seq, j.head
	for _, e := range entries {
		seq++
		r := Row{Seq: seq, Entry: e, Prev: head}
		head = r.sum()
		if _, err := j.insert.ExecContext(ctx, seq, e.Kind, e.Order, e.Amount, e.Day, e.At.UnixMilli(), e.Body, r.Prev[:], head[:]); err != nil {
			return 0, head, fmt.Errorf("write row %d: %w", seq, err)
		}
	}
	return seq, head, nil
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
	if len(e.Order) > maxOrder {
		return fmt.Errorf("order id of %d characters: want at most %d", len(e.Order), maxOrder)
	}
	for _, c := range []byte(e.Order) {
		if c < '!' || c > '~' {
			return fmt.Errorf("order id %q: want only printable ASCII", e.Order)
		}
	}
	if len(e.Body) > maxBody {
		return fmt.Errorf("%s: body of %d bytes: want at most %d", e.Kind, len(e.Body), maxBody)
	}
	if !json.Valid(e.Body) {
		return errors.New(e.Kind + ": body is not JSON")
	}
	return nil
}
