package auditor

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/reconcile"
)

// payoutDelay is how long after a payment a settlement file may name it: the
// files of so many days are read for the fees of a day.
const payoutDelay = 35 * 24 * time.Hour

// Export writes every movement of money in span as CSV: see reconcile.Heading.
// A refund stands in the time of its own day.
func (a *Auditor) Export(ctx context.Context, w io.Writer, span reconcile.Span, zone *time.Location) error {
	kept, err := a.fees(ctx, span)
	if err != nil {
		return err
	}
	var rows []reconcile.Row
	// A refund may be of a sale of long ago; it cannot be of one of later.
	wide := reconcile.Span{FromMS: span.FromMS - refundable.Milliseconds(), ToMS: span.ToMS}
	err = a.sources.Paid(ctx, wide, func(c reconcile.Charge) error {
		row := reconcile.Row{Order: c.Order, TransactionID: c.TransactionID, Till: c.Till, Act: reconcile.Payment, Amount: c.Taken, AtMS: c.SettledMS}
		if f, ok := kept[key{c.Order, reconcile.Payment}]; ok {
			row.Fee, row.Net, row.PaidOut = f.Fee, f.Net, true
		}
		if span.Holds(c.SettledMS) {
			rows = append(rows, row)
		}
		if c.Refunded == 0 {
			return nil
		}
		back, err := a.sources.Refunds(ctx, c.Order)
		for _, g := range back {
			if span.Holds(g.AtMS) {
				rows = append(rows, reconcile.Row{Order: c.Order, TransactionID: c.TransactionID, Till: c.Till, Act: reconcile.Refund, Amount: -g.Amount, AtMS: g.AtMS})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(x, y reconcile.Row) int {
		return cmp.Or(cmp.Compare(x.AtMS, y.AtMS), cmp.Compare(x.Order, y.Order), cmp.Compare(x.Act, y.Act))
	})
	return write(w, rows, zone)
}

// refundable is how long after a payment its refunds are looked for.
const refundable = 60 * 24 * time.Hour

func write(w io.Writer, rows []reconcile.Row, zone *time.Location) error {
	e, err := reconcile.NewExport(w, zone)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := e.Add(r); err != nil {
			return err
		}
	}
	return e.Close()
}

// key is whose fee it is.
type key struct {
	order string
	act   reconcile.Act
}

// fees is what the files of span, and of some time after, say was kept of every
// order. An order that is there twice is not known: there is a case about it.
func (a *Auditor) fees(ctx context.Context, span reconcile.Span) (map[key]reconcile.Line, error) {
	out, twice := map[key]reconcile.Line{}, map[key]bool{}
	late := span.ToMS + payoutDelay.Milliseconds()
	err := each(func(after string) ([]merchant.Paper, error) { return a.shelf.All(ctx, kindStatement, after, page) }, func(p merchant.Paper) error {
		var r Report
		if err := json.Unmarshal(p.Body, &r); err != nil {
			return err
		}
		if r.TakenMS == 0 || r.Span.ToMS <= span.FromMS || r.Span.FromMS >= late {
			return nil
		}
		return each(func(after string) ([]merchant.Paper, error) {
			return a.shelf.Keyed(ctx, kindLines, r.SHA256, after, page)
		}, func(p merchant.Paper) error {
			var lines []reconcile.Line
			if err := json.Unmarshal(p.Body, &lines); err != nil {
				return err
			}
			for _, l := range lines {
				k := key{l.Order, l.Act}
				if _, known := out[k]; known {
					twice[k] = true
				}
				out[k] = l
			}
			return nil
		})
	})
	for k := range twice {
		delete(out, k)
	}
	return out, err
}
