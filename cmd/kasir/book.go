package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"kasir/store"
	"kasir/terminal"
)

// journal is the till's memory: terminal's records in store's rows.
type journal struct {
	*store.Journal
	zone *time.Location
	lost error         // the first append that did not succeed; for whoever closes it
	stop chan struct{} // closed with the first of those
}

// again is the journal and what it adds up to, when it can be used again after
// an append that did not succeed.
func (j *journal) again(ctx context.Context) (*journal, terminal.Book, error) {
	s, err := j.Reopen(ctx) // it verifies the chain
	if err != nil {
		return nil, terminal.Book{}, err
	}
	b, err := terminal.Fold(records(s.Rows(ctx, 1)))
	if err != nil {
		return nil, terminal.Book{}, errors.Join(fmt.Errorf("read journal: %w", err), s.Close())
	}
	return &journal{Journal: s, zone: j.zone, stop: make(chan struct{})}, b, nil
}

// Append implements terminal.Journal. One goroutine calls it.
func (j *journal) Append(ctx context.Context, records []terminal.Record) (err error) {
	defer func() {
		if err != nil && j.lost == nil {
			j.lost = err
			close(j.stop)
		}
	}()
	entries := make([]store.Entry, 0, len(records))
	for _, r := range records {
		e, err := entry(r, j.zone)
		if err != nil {
			return err
		}
		entries = append(entries, e)
	}
	if _, err = j.Journal.Append(ctx, entries...); err != nil {
		return &terminal.Spoiled{What: faultOf(err), Err: err}
	}
	return nil
}

// HeadHash implements terminal.Headed.
func (j *journal) HeadHash() string {
	_, hash := j.Head()
	return hex.EncodeToString(hash[:])
}

// faultOf is what a journal's error is to people.
func faultOf(err error) terminal.FaultKind {
	if errors.Is(err, terminal.ErrSnapshot) {
		return terminal.FaultDamaged
	}
	return map[store.Reason]terminal.FaultKind{
		store.NoRoom: terminal.FaultFull, store.ReadOnly: terminal.FaultReadOnly, store.Disk: terminal.FaultCard,
		store.Damaged: terminal.FaultDamaged, store.Foreign: terminal.FaultForeign, store.Newer: terminal.FaultNewer,
		store.InUse: terminal.FaultInUse, store.Unclear: terminal.FaultJournal,
	}[store.ReasonOf(err)]
}

// entry is a record as a row.
func entry(r terminal.Record, zone *time.Location) (store.Entry, error) {
	body, err := r.Encode()
	if err != nil {
		return store.Entry{}, fmt.Errorf("encode record %s: %w", r.Kind, err)
	}
	return store.Entry{
		Kind: string(r.Kind), Order: string(r.Order), Amount: int64(r.Amount),
		Day: businessDay(r.Time(), zone), At: r.Time(), Body: body,
	}, nil
}

// businessDay is the day of a report that t belongs to, yyyymmdd.
func businessDay(t time.Time, zone *time.Location) int32 {
	y, m, d := t.In(zone).Date()
	return int32(y*10000 + int(m)*100 + d)
}

// records reads rows back as records.
func records(rows iter.Seq2[store.Row, error]) iter.Seq2[terminal.Record, error] {
	return func(yield func(terminal.Record, error) bool) {
		for row, err := range rows {
			var r terminal.Record
			if err == nil {
				if r, err = terminal.DecodeRecord(row.Body); err != nil {
					err = fmt.Errorf("read row %d: %w", row.Seq, err)
				}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// openBook opens the journal at path, walks its chain, and adds it up, from the
// last snapshot on when there is one: the rest is walked while the till sells
// (see inspect). A journal that was tampered with is not sold from: its errors
// are told apart in the log, and are one screen.
func openBook(ctx context.Context, path string, zone *time.Location) (journal, terminal.Book, error) {
	s, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return journal{}, terminal.Book{}, err
	}
	b, err := readBook(ctx, s)
	if err != nil {
		return journal{}, terminal.Book{}, errors.Join(fmt.Errorf("read journal %s: %w", path, err), s.Close())
	}
	return journal{Journal: s, zone: zone, stop: make(chan struct{})}, b, nil
}

// snapshotAmong is how many rows back a snapshot is looked for; the till writes
// one in every thousand when it is idle.
const snapshotAmong = 20_000

// readBook is what the journal adds up to.
func readBook(ctx context.Context, s *store.Journal) (terminal.Book, error) {
	from, err := s.Last(ctx, string(terminal.KindSnapshot), snapshotAmong)
	if err != nil {
		return terminal.Book{}, err
	}
	if from > 0 {
		if err := s.VerifyRows(ctx, from, nil); err != nil {
			return terminal.Book{}, err
		}
		b, err := terminal.Fold(records(s.Rows(ctx, from)))
		if !errors.Is(err, terminal.ErrSnapshot) {
			return b, err
		}
	}
	if err := s.Verify(ctx); err != nil {
		return terminal.Book{}, err
	}
	return terminal.Fold(records(s.Rows(ctx, 1)))
}

// How a journal is inspected while the till sells: not at once, and with rests.
const (
	inspectAfter = 20 * time.Second
	inspectRest  = 20 * time.Millisecond
)

// inspect walks the whole chain and adds it up from the beginning, so that a
// snapshot that lies, or damage before it, is found the same day.
func (j *journal) inspect(ctx context.Context, wait func(time.Duration)) error {
	wait(inspectAfter)
	err := j.VerifyRows(ctx, 1, func() { wait(inspectRest) })
	if err == nil {
		_, err = terminal.Fold(records(j.Rows(ctx, 1)))
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("inspect journal: %w", err)
	}
	return nil
}
