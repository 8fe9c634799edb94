package ledger

import (
	"context"
	"fmt"
	"math"
)

// MaxSearch is the most orders one search gives.
const MaxSearch = 200

// Query says which orders are looked for, newest first. Fields that are zero
// exclude nothing.
type Query struct {
	Order  string // exactly this one
	Device string
	State  State
	Amount int64 // rupiah, as asked
	FromMS int64 // asked for at or after, Unix milliseconds
	ToMS   int64 // asked for before
	Limit  int   // 1..MaxSearch

	// BeforeMS and BeforeOrder are AskedMS and Order of the last one of the
	// page before; zero for the first page.
	BeforeMS    int64
	BeforeOrder string
}

// Bounded is q with what it leaves open said: to the end of time, from the newest.
// It is an error when the limit is not one.
func (q Query) Bounded() (Query, error) {
	if q.Limit < 1 || q.Limit > MaxSearch {
		return q, fmt.Errorf("search book: limit %d is not in 1..%d", q.Limit, MaxSearch)
	}
	if q.ToMS == 0 {
		q.ToMS = math.MaxInt64
	}
	if q.BeforeOrder == "" {
		q.BeforeMS = math.MaxInt64
	}
	return q, nil
}

// Has reports whether f is among what q looks for, its page and limit aside.
func (q Query) Has(f Facts) bool {
	return (q.Order == "" || f.Order == q.Order) && (q.Device == "" || f.Device == q.Device) && (q.State == "" || f.State == q.State) &&
		(q.Amount == 0 || f.Amount == q.Amount) && f.AskedMS >= q.FromMS && (q.ToMS == 0 || f.AskedMS < q.ToMS)
}

// Searcher is a Book that can be searched, for reports.
type Searcher interface {
	Search(ctx context.Context, q Query) ([]Facts, error)
}

// Sum is what one device took in a time.
type Sum struct {
	Device string
	Count  int64 // orders that were settled
	Paid   int64 // rupiah, all of them together; what was given back later is still in it
}

// Reporter is a Book that a person can watch: it costs the same on a busy day as
// on a quiet one, however old the book is.
type Reporter interface {
	Searcher
	// Sums is what each device took from fromMS on and before toMS, by the time
	// of the settlement in Unix milliseconds, both whole hours; a device that
	// took nothing is not among them. They are in the order of the devices' names.
	Sums(ctx context.Context, fromMS, toMS int64) ([]Sum, error)
	// Alarmed is Search among the orders that have an alarm.
	Alarmed(ctx context.Context, q Query) ([]Facts, error)
}

// HourMS is an hour in milliseconds. Every zone of Indonesia is whole hours away
// from UTC, so its days are made of them.
const HourMS = 3_600_000

// CheckHours says what is wrong with a time to sum up.
func CheckHours(fromMS, toMS int64) error {
	if fromMS < 0 || toMS < fromMS || fromMS%HourMS != 0 || toMS%HourMS != 0 {
		return fmt.Errorf("%d to %d are not whole hours", fromMS, toMS)
	}
	return nil
}
