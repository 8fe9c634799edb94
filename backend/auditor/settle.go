package auditor

import (
	"context"
	"fmt"
	"io"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/reconcile"
)

// File is a settlement file as it comes.
type File struct {
	Text    io.Reader
	Columns reconcile.Columns
	Zone    *time.Location // of its times, and of its days
	Span    reconcile.Span // the days it is of; zero: those of its lines
}

// Report is what a file came to.
type Report struct {
	SHA256     string           `json:"sha256"`
	Span       reconcile.Span   `json:"span"`
	TakenMS    int64            `json:"taken_ms"` // Unix milliseconds
	Lines      int              `json:"lines"`
	Passed     int              `json:"passed"` // lines of transactions that took no money
	File       reconcile.Totals `json:"file"`
	Matched    int              `json:"matched"`
	Mismatched int              `json:"mismatched"`
	Doubts     int              `json:"doubts,omitempty"` // sales that tills have as paid and the book, that day, had not; MaxDoubts at most
	Again      bool             `json:"again,omitempty"`  // this very file was taken before
}

// MaxDoubts is how far doubts are counted.
const MaxDoubts = 1000

// linesEach is how many lines of a file are in one paper.
const linesEach = 500

// Settle takes a settlement file: compares it, opens a case for everything that
// does not agree, and ends the cases of what turned up. It fails with a
// *reconcile.BadFile when a line cannot be read, and nothing was taken then.
func (a *Auditor) Settle(ctx context.Context, f File) (Report, error) {
	select {
	case a.busy <- struct{}{}:
		defer func() { <-a.busy }()
	default:
		return Report{}, ErrBusy
	}
	s, err := reconcile.Read(f.Text, f.Columns, f.Zone)
	if err != nil {
		return Report{}, err
	}
	var old Report
	version, err := a.filed(ctx, kindStatement, s.SHA256, &old)
	if err != nil {
		return Report{}, err
	}
	if version > 0 && old.TakenMS > 0 {
		old.Again = true
		return old, nil
	}
	span := f.Span
	if span == (reconcile.Span{}) {
		if span, err = days(s, f.Zone); err != nil {
			return Report{}, err
		}
	}
	ours, err := a.ours(ctx, s, span)
	if err != nil {
		return Report{}, fmt.Errorf("settle %.8s: %w", s.SHA256, err)
	}
	result := reconcile.Compare(s, ours, span)
	report := Report{SHA256: s.SHA256, Span: span, Lines: len(s.Lines), Passed: s.Passed, File: result.File,
		Matched: len(result.Matched), Mismatched: len(result.Mismatched)}
	if report.Doubts, err = a.sources.Doubts(ctx, MaxDoubts); err != nil {
		return Report{}, fmt.Errorf("settle %.8s: %w", s.SHA256, err)
	}
	if err := a.keep(ctx, s, result, report, version); err != nil {
		return Report{}, fmt.Errorf("settle %.8s: %w", s.SHA256, err)
	}
	report.TakenMS = time.Now().UnixMilli()
	if err := a.file(ctx, merchant.Paper{Kind: kindStatement, ID: s.SHA256, Version: max(version, 1)}, report); err != nil {
		return Report{}, fmt.Errorf("settle %.8s: %w", s.SHA256, err)
	}
	a.log.Info("settlement file taken", "sha256", s.SHA256[:8], "lines", report.Lines, "matched", report.Matched, "mismatched", report.Mismatched, "doubts", report.Doubts)
	return report, nil
}

// keep writes all that follows from a file: that it is being taken, its lines,
// and the cases.
func (a *Auditor) keep(ctx context.Context, s reconcile.Statement, result reconcile.Result, report Report, version int64) error {
	if version == 0 {
		if err := a.file(ctx, merchant.Paper{Kind: kindStatement, ID: s.SHA256, Open: true}, report); err != nil {
			return err
		}
	}
	for i := 0; i < len(result.Lines); i += linesEach {
		id := fmt.Sprintf("%s/%06d", s.SHA256, i)
		if _, ok, err := a.shelf.Get(ctx, kindLines, id); err != nil {
			return err
		} else if ok {
			continue // taken before the process died
		}
		part := result.Lines[i:min(i+linesEach, len(result.Lines))]
		if err := a.file(ctx, merchant.Paper{Kind: kindLines, ID: id, Key: s.SHA256}, part); err != nil {
			return err
		}
	}
	return a.judge(ctx, s.SHA256, result)
}

// days is the days in zone that the file's lines are of.
func days(s reconcile.Statement, zone *time.Location) (reconcile.Span, error) {
	var first, last int64
	for _, l := range s.Lines {
		if l.AtMS > 0 && (first == 0 || l.AtMS < first) {
			first = l.AtMS
		}
		last = max(last, l.AtMS)
	}
	if first == 0 {
		return reconcile.Span{}, ErrSpan
	}
	return reconcile.Span{FromMS: midnight(first, zone, 0), ToMS: midnight(last, zone, 1)}, nil
}

// midnight is the beginning of the day of ms in zone, or of one some days later.
func midnight(ms int64, zone *time.Location, later int) int64 {
	y, m, d := time.UnixMilli(ms).In(zone).Date()
	return time.Date(y, m, d+later, 0, 0, 0, 0, zone).UnixMilli()
}

// ours is every charge that the comparison needs, each once.
func (a *Auditor) ours(ctx context.Context, s reconcile.Statement, span reconcile.Span) ([]reconcile.Charge, error) {
	var out []reconcile.Charge
	seen := map[string]bool{}
	err := a.sources.Paid(ctx, span, func(c reconcile.Charge) error {
		if !seen[c.Order] {
			seen[c.Order] = true
			out = append(out, c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, l := range s.Lines {
		if l.Order == "" || seen[l.Order] {
			continue
		}
		seen[l.Order] = true
		c, ok, err := a.sources.Charge(ctx, l.Order)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// Statements gives up to limit files that were taken, after the one with this
// SHA-256.
func (a *Auditor) Statements(ctx context.Context, after string, limit int) ([]Report, error) {
	papers, err := a.shelf.All(ctx, kindStatement, after, limit)
	if err != nil {
		return nil, err
	}
	return bodies[Report](papers)
}
