package auditor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/reconcile"
)

// Kinds of papers, beside those of package merchant.
const (
	kindStatement merchant.Kind = "statement"       // a settlement file, by its SHA-256
	kindLines     merchant.Kind = "statement-lines" // some of its lines, by SHA-256 and number; key: the day
	kindCase      merchant.Kind = "case"            // a mismatch, by its id; key: the order
)

// Sources say what was sold.
type Sources interface {
	// Charge is the charge of an order, with what was given back of it; ok is
	// false for an order that nobody here has heard of.
	Charge(ctx context.Context, order string) (c reconcile.Charge, ok bool, err error)
	// Paid gives every charge that was settled in span to each, in any order,
	// until it fails.
	Paid(ctx context.Context, span reconcile.Span, each func(reconcile.Charge) error) error
	// Refunds is what was given back of an order, and when.
	Refunds(ctx context.Context, order string) ([]GivenBack, error)
	// Doubts is how many sales tills have as paid that the book has not, up to a limit.
	Doubts(ctx context.Context, limit int) (int, error)
}

// GivenBack is one refund that the provider has.
type GivenBack struct {
	Amount int64 // rupiah
	AtMS   int64 // Unix milliseconds
}

// Auditor is used by many goroutines.
type Auditor struct {
	shelf   merchant.Shelf
	sources Sources
	log     *slog.Logger
	busy    chan struct{} // one file at a time
}

// New makes an auditor. The shelf stays the caller's to close.
func New(shelf merchant.Shelf, sources Sources, log *slog.Logger) *Auditor {
	return &Auditor{shelf: shelf, sources: sources, log: log, busy: make(chan struct{}, 1)}
}

// Errors that a caller decides on.
var (
	ErrBusy   = errors.New("another file is being read")
	ErrNoCase = errors.New("no such case")
	ErrSpan   = errors.New("the days of the file are not known: its lines have no time, so say which days it is of")
)

const (
	paperTime = 20 * time.Second // for one paper
	page      = 200              // papers at a time
)

// filed reads a paper's body into v; version 0 is a paper that is not there.
func (a *Auditor) filed(ctx context.Context, kind merchant.Kind, id string, v any) (version int64, err error) {
	p, ok, err := a.shelf.Get(ctx, kind, id)
	if err != nil || !ok {
		return 0, err
	}
	if err := json.Unmarshal(p.Body, v); err != nil {
		return 0, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	return p.Version, nil
}

// file writes the next version of a paper.
func (a *Auditor) file(ctx context.Context, p merchant.Paper, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write %s %s: %w", p.Kind, p.ID, err)
	}
	// What is decided is written even when whoever asked has gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), paperTime)
	defer cancel()
	p.Version, p.Body, p.AtMS = p.Version+1, text, time.Now().UnixMilli()
	return a.shelf.Put(ctx, p)
}

// each gives every paper that list has to f, page by page.
func each(list func(after string) ([]merchant.Paper, error), f func(merchant.Paper) error) error {
	for after := ""; ; {
		papers, err := list(after)
		if err != nil || len(papers) == 0 {
			return err
		}
		for _, p := range papers {
			if err := f(p); err != nil {
				return err
			}
		}
		after = papers[len(papers)-1].ID
	}
}
