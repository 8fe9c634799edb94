package office

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
)

// day is one day of the shop, in somebody's zone.
type day struct {
	from, to time.Time
}

// dayOf is the day of a moment, or of text like 2026-11-20 when that is one.
func dayOf(text string, now time.Time, zone *time.Location) day {
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil || t.After(now) || t.Year() < 2020 {
		t = now.In(zone)
	}
	y, m, d := t.Date()
	from := time.Date(y, m, d, 0, 0, 0, 0, zone)
	return day{from, from.AddDate(0, 0, 1)}
}

// Key is the day as an address has it.
func (d day) Key() string { return d.from.Format(time.DateOnly) }

// todayPage is what a day came to.
type todayPage struct {
	Day      day
	FromMS   int64
	Now      bool   // it is not over
	Before   string // the day before, as an address has it
	After    string // "" when that is not there yet
	Count    int64
	Paid     int64
	Tills    []share
	Online   ledger.Sum
	Partly   bool // there was more online than was counted
	Sales    []merchant.Transaction
	Concerns int
	Crowded  bool // of concerns
	Paused   bool
}

// share is what one till took, and how much of the best till's that is.
type share struct {
	ledger.Sum
	Of int64 // hundredths
}

const salesToday = 20

// today is the first page: what came in, by till, and the newest sales.
func (o *Office) today(v *visit) error {
	q := v.r.URL.Query()
	now := time.Now()
	d := dayOf(q.Get("day"), now, v.zone)
	t := todayPage{Day: d, FromMS: d.from.UnixMilli(), Now: now.Before(d.to), Before: d.from.AddDate(0, 0, -1).Format(time.DateOnly), Paused: q.Get("pause") == "1"}
	if !t.Now {
		t.After = d.to.Format(time.DateOnly)
	}
	ctx := v.r.Context()
	sums, err := o.book.Sums(ctx, d.from.UnixMilli(), d.to.UnixMilli())
	if err != nil {
		return err
	}
	if t.Online, t.Partly, err = o.o.Shop.Online(ctx, d.from.UnixMilli(), d.to.UnixMilli()); err != nil {
		return err
	}
	t.Count, t.Paid = t.Online.Count, t.Online.Paid
	best := int64(1)
	for _, s := range sums {
		t.Count += s.Count
		t.Paid += s.Paid
		best = max(best, s.Paid)
	}
	slices.SortStableFunc(sums, func(a, b ledger.Sum) int { return cmp.Compare(b.Paid, a.Paid) })
	for _, s := range sums {
		t.Tills = append(t.Tills, share{s, s.Paid * 100 / best})
	}
	found, err := o.o.Shop.Search(ctx, ledger.Query{FromMS: d.from.UnixMilli(), ToMS: d.to.UnixMilli(), Limit: salesToday}, "")
	if err != nil {
		return err
	}
	t.Sales = found.Transactions
	c, err := o.concerns(ctx)
	if err != nil {
		return err
	}
	t.Concerns, t.Crowded = c.count(), c.more
	p := page{Title: "today", Data: t}
	if t.Now && !t.Paused {
		p.Live = Prefix + "?live=1"
	}
	return v.show(http.StatusOK, "today", p)
}
