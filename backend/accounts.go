package backend

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kasir/backend/auditor"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// accountRoutes is what an owner's programs ask about the accounts.
func (b *Backend) accountRoutes() []route {
	door := b.admitWhere(func() bool { return b.auditor != nil }, "this backend keeps no accounts")
	return []route{
		{"/v1/merchant/settlements", b.desk(methods{http.MethodGet: b.settlements, http.MethodPost: b.settle}), door},
		{"/v1/merchant/cases", b.desk(methods{http.MethodGet: b.cases}), door},
		{"/v1/merchant/cases/{case}", b.desk(methods{http.MethodPost: b.closeCase}), door},
		{"/v1/merchant/export", b.desk(methods{http.MethodGet: b.export}), door},
	}
}

// maxDays is how many days one file or one export may be of.
const maxDays = 400

// settle takes a settlement file: the body is its CSV; from and to are its days.
func (b *Backend) settle(r *http.Request) (any, error) {
	span, zone, err := readDays(r.URL.RawQuery, false)
	if err != nil {
		return nil, err
	}
	text, err := readBody(r, reconcile.MaxBytes)
	if err != nil {
		return nil, err
	}
	report, err := b.auditor.Settle(r.Context(), auditor.File{Text: bytes.NewReader(text), Columns: reconcile.Default().With(b.o.Merchant.Columns), Zone: zone, Span: span})
	bad := new(reconcile.BadFile)
	switch {
	case errors.As(err, &bad), errors.Is(err, auditor.ErrSpan), errors.Is(err, reconcile.ErrFile):
		return nil, &wire.Error{Code: wire.BadRequest, Message: clip(err.Error(), 500)}
	case errors.Is(err, auditor.ErrBusy):
		return nil, &wire.Error{Code: wire.Busy, Message: err.Error()}
	}
	return report, err
}

// list is a page of something with ids.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"` // "after" of the next page; absent on the last
}

const listPage = 100

// turnPage is the page of all that follows after, of what get gives.
func turnPage[T any](after string, get func(after string, limit int) ([]T, error), id func(T) string) (list[T], error) {
	found, err := get(after, listPage+1)
	out := list[T]{Items: found[:min(len(found), listPage)]}
	if out.Items == nil {
		out.Items = []T{}
	}
	if len(found) > listPage {
		out.Next = id(found[listPage-1])
	}
	return out, err
}

func (b *Backend) settlements(r *http.Request) (any, error) {
	return turnPage(r.URL.Query().Get("after"), func(after string, limit int) ([]auditor.Report, error) {
		return b.auditor.Statements(r.Context(), after, limit)
	}, func(s auditor.Report) string { return s.SHA256 })
}

// cases is the queue; all=1 shows what is closed too.
func (b *Backend) cases(r *http.Request) (any, error) {
	q := r.URL.Query()
	return turnPage(q.Get("after"), func(after string, limit int) ([]auditor.Case, error) {
		return b.auditor.Cases(r.Context(), q.Get("all") != "1", after, limit)
	}, func(c auditor.Case) string { return c.ID })
}

// closing is the body of a case's POST.
type closing struct {
	Who    string `json:"who"`
	Reason string `json:"reason"`
}

func (b *Backend) closeCase(r *http.Request) (any, error) {
	var in closing
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	c, err := b.auditor.Close(r.Context(), r.PathValue("case"), in.Who, in.Reason)
	switch {
	case errors.Is(err, auditor.ErrNoCase):
		return nil, &wire.Error{Code: wire.NotFound, Message: err.Error()}
	case errors.Is(err, reconcile.ErrNoReason), errors.Is(err, reconcile.ErrEnded):
		return nil, &wire.Error{Code: wire.BadRequest, Message: err.Error()}
	}
	return c, err
}

// export is every movement of money of some days, as CSV.
func (b *Backend) export(r *http.Request) (any, error) {
	span, zone, err := readDays(r.URL.RawQuery, true)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := b.auditor.Export(r.Context(), &out, span, zone); err != nil {
		return nil, b.unread(r.Context(), err)
	}
	return document{status: http.StatusOK, kind: "text/csv; charset=utf-8", text: bytes.TrimSuffix(out.Bytes(), []byte("\n"))}, nil
}

// readDays reads from=2026-11-20&to=2026-11-20&zone=wib: whole days, the last one
// included. Without days the span is zero, unless they are needed.
func readDays(query string, needed bool) (reconcile.Span, *time.Location, error) {
	refuse := func(text string) (reconcile.Span, *time.Location, error) {
		return reconcile.Span{}, nil, &wire.Error{Code: wire.BadRequest, Message: text}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return refuse("the query cannot be read")
	}
	for name, all := range values {
		if !slices.Contains([]string{"from", "to", "zone"}, name) || len(all) != 1 {
			return refuse("the query has a name that is not known, or twice")
		}
	}
	hours, ok := map[string]int{"": 7, "wib": 7, "wita": 8, "wit": 9}[values.Get("zone")]
	if !ok {
		return refuse("zone is wib, wita or wit")
	}
	zone := time.FixedZone("UTC+"+strconv.Itoa(hours), hours*3600)
	first, last := values.Get("from"), values.Get("to")
	if first == "" && last == "" && !needed {
		return reconcile.Span{}, zone, nil
	}
	from, err := time.ParseInLocation(time.DateOnly, first, zone)
	to, wrong := time.ParseInLocation(time.DateOnly, last, zone)
	if err != nil || wrong != nil || to.Before(from) || to.Sub(from) > maxDays*24*time.Hour {
		return refuse("from and to are days like 2026-11-20, in this order, at most 400 apart")
	}
	return reconcile.Span{FromMS: from.UnixMilli(), ToMS: to.AddDate(0, 0, 1).UnixMilli()}, zone, nil
}
