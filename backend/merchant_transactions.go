package backend

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

const defaultPage = 50 // transactions, when the request does not say

// merchantSearch is a page of all orders: the book's, and those of checkout
// pages and subscriptions. A page may hold fewer than it could and still not be
// the last: Next says so.
func (b *Backend) merchantSearch(r *http.Request) (any, error) {
	q, want, err := readQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: err.Error()}
	}
	return b.search(r.Context(), q, want)
}

// search is a page of what q looks for; want is the state as the protocol has it.
func (b *Backend) search(ctx context.Context, q ledger.Query, want wire.State) (merchant.Transactions, error) {
	found, err := b.searchBook(ctx, q)
	if err != nil {
		return merchant.Transactions{}, err
	}
	more, err := b.searchDesk(ctx, q)
	if err != nil {
		return merchant.Transactions{}, err
	}
	// Both are the newest of theirs, so the newest of both are among them.
	all := append(found, more...)
	slices.SortFunc(all, merchant.Newer)
	all = all[:min(len(all), q.Limit)]
	out := merchant.Transactions{Transactions: make([]merchant.Transaction, 0, len(all))}
	for _, t := range all {
		if (want == "" || t.State == want) && (q.Device == "" || t.Device == q.Device) && (q.Amount == 0 || t.Amount == q.Amount) {
			out.Transactions = append(out.Transactions, t)
		}
	}
	if n := len(all); n == q.Limit && q.Order == "" {
		out.Next = strconv.FormatInt(all[n-1].AskedAt, 10) + "." + all[n-1].OrderID
	}
	return out, nil
}

// searchBook is what the book has for q.
func (b *Backend) searchBook(ctx context.Context, q ledger.Query) ([]merchant.Transaction, error) {
	searcher, ok := b.o.Book.(ledger.Searcher)
	if !ok {
		return nil, &wire.Error{Code: wire.NotFound, Message: "this book cannot be searched"}
	}
	found, err := searcher.Search(ctx, q)
	if err != nil {
		return nil, b.unread(ctx, err)
	}
	var out []merchant.Transaction
	for _, f := range found {
		t := merchant.Transaction{Charge: b.show(ledger.Load(f)), Source: merchant.SourceTill, Device: f.Device,
			PaymentType: f.PaymentType, AskedAt: f.AskedMS, EndedAt: f.EndedMS}
		if f.Journal == merchantJournal {
			t.Source = merchant.SourceMerchant
		}
		t.QR, t.VerifyURL = "", "" // a list is read, not paid from
		out = append(out, t)
	}
	return out, nil
}

// searchDesk is what the merchant's desk has for q, of whichever state and
// device.
func (b *Backend) searchDesk(ctx context.Context, q ledger.Query) ([]merchant.Transaction, error) {
	desk := b.o.Merchant.Desk
	var found []merchant.Transaction
	var err error
	if q.Order == "" {
		found, err = desk.Search(ctx, merchant.Span{FromMS: q.FromMS, ToMS: q.ToMS, Limit: q.Limit, BeforeMS: q.BeforeMS, BeforeOrder: q.BeforeOrder})
	} else if q.BeforeOrder == "" {
		t, ok, wrong := desk.Find(ctx, q.Order)
		if err = wrong; ok && t.AskedAt >= q.FromMS && (q.ToMS == 0 || t.AskedAt < q.ToMS) {
			found = append(found, t)
		}
	}
	for i := range found {
		if device, _, err := ledger.ParseOrder(found[i].OrderID); err == nil && found[i].Source == merchant.SourceSnap {
			found[i].Device = device
		}
	}
	return found, err
}

// readQuery reads a search. want is the state as the protocol has it.
func readQuery(text string) (q ledger.Query, want wire.State, err error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return q, "", errors.New("the query cannot be read")
	}
	known := []string{"order", "device", "state", "from", "to", "limit", "after"}
	for name, all := range values {
		if !slices.Contains(known, name) || len(all) != 1 {
			return q, "", errors.New("the query has a name that is not known, or twice")
		}
	}
	q = ledger.Query{Order: values.Get("order"), Device: values.Get("device"), Limit: defaultPage}
	want = wire.State(values.Get("state"))
	q.State = ledger.State(want)
	if want == wire.Mismatched {
		q.State = "" // the ledger has no such word: it is an open one with an alarm
	}
	states := []wire.State{"", wire.Asked, wire.Pending, wire.Settled, wire.Cancelled, wire.Expired, wire.Mismatched, wire.Denied}
	if !slices.Contains(states, want) {
		return q, "", errors.New("state is not one of a charge")
	}
	if q.Order != "" && !searchable(q.Order) {
		return q, "", errors.New("order is not an order id")
	}
	if q.Device != "" && !ledger.ValidDevice(q.Device) {
		return q, "", errors.New("device is not a device name")
	}
	if limit := values.Get("limit"); limit != "" {
		if q.Limit, err = strconv.Atoi(limit); err != nil || q.Limit < 1 || q.Limit > ledger.MaxSearch {
			return q, "", errors.New("limit is not in 1..200")
		}
	}
	if q.FromMS, err = readMoment(values.Get("from")); err != nil {
		return q, "", err
	}
	if q.ToMS, err = readMoment(values.Get("to")); err != nil {
		return q, "", err
	}
	if after := values.Get("after"); after != "" {
		ms, order, _ := strings.Cut(after, ".")
		q.BeforeOrder = order
		q.BeforeMS, err = strconv.ParseInt(ms, 10, 64)
		if err != nil || !searchable(order) {
			return q, "", errors.New("after is not a page's next")
		}
	}
	return q, want, nil
}

// searchable reports whether anything has an order id of this form.
func searchable(order string) bool {
	_, _, err := ledger.ParseOrder(order)
	return err == nil || merchant.IsSubscriptionOrder(order)
}

// readMoment reads Unix milliseconds or a time in RFC 3339; "" is 0.
func readMoment(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil && ms >= 0 {
		return ms, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.UnixMilli() < 0 {
		return 0, errors.New("from and to are Unix milliseconds or times like 2026-01-31T08:00:00+07:00")
	}
	return t.UnixMilli(), nil
}

// merchantRefund gives money of a paid order back.
func (b *Backend) merchantRefund(r *http.Request) (any, error) {
	var in merchant.RefundAsk
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	sale, err := b.sale(r)
	if err != nil {
		return nil, err
	}
	return b.o.Merchant.Desk.Refund(r.Context(), sale, in)
}

func (b *Backend) merchantRefunds(r *http.Request) (any, error) {
	sale, err := b.sale(r)
	if err != nil {
		return nil, err
	}
	return b.o.Merchant.Desk.Refunds(r.Context(), sale.OrderID)
}

// sale is the order that a request is about: of a terminal or of a program, or
// one that was paid on a checkout page or by a subscription.
func (b *Backend) sale(r *http.Request) (merchant.Sale, error) {
	return b.saleOf(r.Context(), r.PathValue("order"))
}

func (b *Backend) saleOf(ctx context.Context, order string) (merchant.Sale, error) {
	if !midtrans.ValidOrderID(order) {
		return merchant.Sale{}, &wire.Error{Code: wire.BadRequest, Message: "not an order id"}
	}
	f, ok, err := b.o.Book.Order(ctx, order)
	if err != nil {
		return merchant.Sale{}, b.unread(ctx, err)
	}
	if ok {
		return merchant.Sale{OrderID: f.Order, TransactionID: f.TransactionID, Paid: f.Paid, Settled: f.State == ledger.Settled}, nil
	}
	sale, ok, err := b.o.Merchant.Desk.SaleOf(ctx, order)
	if err == nil && !ok {
		err = errNoOrder
	}
	return sale, err
}
