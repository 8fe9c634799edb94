package main

import (
	"context"
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
	_, err = j.Journal.Append(ctx, entries...)
	return err
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

// openBook opens the journal at path, walks its chain, and adds it up. A
// journal that was tampered with is not sold from: its errors are told apart
// in the log, and are one screen.
func openBook(ctx context.Context, path string, zone *time.Location) (journal, terminal.Book, error) {
	s, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return journal{}, terminal.Book{}, err
	}
	err = s.Verify(ctx)
	var b terminal.Book
	if err == nil {
		b, err = terminal.Fold(records(s.Rows(ctx, 1)))
	}
	if err != nil {
		return journal{}, terminal.Book{}, errors.Join(fmt.Errorf("read journal %s: %w", path, err), s.Close())
	}
	return journal{Journal: s, zone: zone, stop: make(chan struct{})}, b, nil
}
