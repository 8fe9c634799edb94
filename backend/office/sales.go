package office

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/wire"
)

// States are the words a search can be narrowed by.
var searchStates = []wire.State{wire.Settled, wire.Pending, wire.Asked, wire.Mismatched, wire.Cancelled, wire.Expired, wire.Denied}

// salesPage is a search and what it found.
type salesPage struct {
	Order, Amount, Device, From, To string // as they were keyed
	State                           wire.State
	States                          []wire.State
	Wrong                           string // a name of words
	Found                           []merchant.Transaction
	Next                            string // address of the next page
	Today                           string
}

const salesEach = 50

// sales is the search of all orders. Without a word it shows the newest.
func (o *Office) sales(v *visit) error {
	values := v.r.URL.Query()
	p := salesPage{Order: strings.TrimSpace(values.Get("order")), Amount: values.Get("amount"), Device: strings.TrimSpace(values.Get("device")),
		From: values.Get("from"), To: values.Get("to"), State: wire.State(values.Get("state")), States: searchStates,
		Today: time.Now().In(v.zone).Format(time.DateOnly)}
	q, ok := p.query(v.zone)
	if after := values.Get("after"); ok && after != "" {
		ms, order, _ := strings.Cut(after, ".")
		var err error
		q.BeforeMS, err = strconv.ParseInt(ms, 10, 64)
		q.BeforeOrder = order
		ok = err == nil && len(order) <= 64
	}
	if !ok {
		p.Wrong = "search_wrong"
		return v.show(http.StatusUnprocessableEntity, "sales", page{Title: "sales", Data: p})
	}
	want := p.State
	if want != wire.Mismatched { // the ledger has no such word: it is an open one with an alarm
		q.State = ledger.State(want)
	}
	found, err := o.o.Shop.Search(v.r.Context(), q, want)
	if err != nil {
		return err
	}
	p.Found = found.Transactions
	if found.Next != "" {
		values.Set("after", found.Next)
		p.Next = Prefix + "sales?" + values.Encode()
	}
	return v.show(http.StatusOK, "sales", page{Title: "sales", Data: p})
}

// query reads what was keyed; ok is false when something of it is nonsense.
func (p salesPage) query(zone *time.Location) (q ledger.Query, ok bool) {
	q = ledger.Query{Order: p.Order, Device: p.Device, Limit: salesEach}
	if len(p.Order) > 64 || p.Device != "" && !ledger.ValidDevice(p.Device) {
		return q, false
	}
	if p.Amount != "" {
		if q.Amount, ok = readRupiah(p.Amount); !ok {
			return q, false
		}
	}
	known := p.State == ""
	for _, s := range searchStates {
		known = known || s == p.State
	}
	from, to, ok := readDays(p.From, p.To, zone)
	q.FromMS, q.ToMS = from, to
	return q, ok && known
}

// readDays reads two days, either of which may be missing; the last is part of it.
func readDays(first, last string, zone *time.Location) (fromMS, toMS int64, ok bool) {
	if first != "" {
		t, err := time.ParseInLocation(time.DateOnly, first, zone)
		if err != nil || t.Year() < 2020 || t.Year() > 2100 {
			return 0, 0, false
		}
		fromMS = t.UnixMilli()
	}
	if last != "" {
		t, err := time.ParseInLocation(time.DateOnly, last, zone)
		if err != nil || t.Year() < 2020 || t.Year() > 2100 {
			return 0, 0, false
		}
		toMS = t.AddDate(0, 0, 1).UnixMilli()
	}
	return fromMS, toMS, toMS == 0 || fromMS < toMS
}

// readRupiah reads an amount as people key it: 25000, 25.000, Rp 25.000.
func readRupiah(text string) (int64, bool) {
	text = strings.TrimSpace(text)
	for _, unit := range []string{"Rp.", "Rp", "rp"} {
		if rest, ok := strings.CutPrefix(text, unit); ok {
			text = strings.TrimSpace(rest)
			break
		}
	}
	groups := strings.Split(text, ".")
	for i, g := range groups {
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && (len(g) < 1 || len(g) > 3)) || strings.Trim(g, "0123456789") != "" {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(strings.Join(groups, ""), 10, 64)
	return n, err == nil && n > 0 && n <= 1_000_000_000_000
}

// saleURL is where one order's page is.
func saleURL(order string) string { return Prefix + "sale/" + url.PathEscape(order) }
