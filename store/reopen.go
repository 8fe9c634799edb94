package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Reopen takes a journal up again that has stopped, for instance when the card
// has room again: it closes this handle, opens the file anew, walks the whole
// chain, and makes sure that every row that this handle acknowledged is there.
// Only then is there a new handle; after an error this one stays closed and
// Reopen may be tried again, later.
//
// The last append, the one that failed, may be there or not: whoever goes on
// reads the journal from the beginning, as after a power cut.
func (j *Journal) Reopen(ctx context.Context) (*Journal, error) {
	if j.view != nil {
		return nil, fmt.Errorf("reopen journal %s: it is open for reading only", j.path)
	}
	closing := j.Close() // says nothing that the new handle does not find out
	next, err := Open(ctx, j.path, Options{})
	if err != nil {
		return nil, errors.Join(err, closing)
	}
	err = next.Verify(ctx)
	if err == nil {
		err = next.continues(ctx, j)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reopen journal %s: %w", j.path, err), next.Close())
	}
	return next, nil
}

// continues makes sure that j begins with all that before acknowledged.
func (j *Journal) continues(ctx context.Context, before *Journal) error {
	seq, head := before.Head()
	if before.id != j.id {
		return &BrokenError{Why: "it is another journal"}
	}
	if seq == 0 {
		return nil
	}
	var hash []byte
	err := j.conn.QueryRowContext(ctx, `SELECT hash FROM journal WHERE seq = ?`, seq).Scan(&hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read row %d: %w", seq, err)
	}
	if err != nil || sized(hash) != head {
		return &BrokenError{Seq: seq, Why: "it was acknowledged, and is not what is there"}
	}
	return nil
}
