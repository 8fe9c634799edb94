package office

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"kasir/backend/auditor"
	"kasir/backend/reconcile"
)

// payoutsPage is the settlement files that were taken, newest first.
type payoutsPage struct {
	Books bool
	Files []auditor.Report
	More  bool
	New   *auditor.Report // taken just now
	Wrong string
	Bad   []reconcile.BadLine
}

// Files are on the shelf by their hash: as many are read, and the newest shown.
const (
	payoutsRead  = 1000
	payoutsShown = 60
)

func (o *Office) payouts(v *visit) error { return o.showPayouts(v, http.StatusOK, payoutsPage{}) }

func (o *Office) showPayouts(v *visit, status int, p payoutsPage) error {
	if p.Books = o.o.Auditor != nil; p.Books {
		all, err := o.o.Auditor.Statements(v.r.Context(), "", payoutsRead)
		if err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b auditor.Report) int { return cmp.Compare(b.Span.FromMS, a.Span.FromMS) })
		p.Files, p.More = all[:min(len(all), payoutsShown)], len(all) > payoutsShown
	}
	return v.show(status, "payouts", page{Title: "payouts", Data: p})
}

// takePayout takes a settlement file of the provider's.
func (o *Office) takePayout(v *visit) error {
	if o.o.Auditor == nil {
		return errNotFound
	}
	text, _, err := v.r.FormFile("file")
	if err != nil {
		return o.showPayouts(v, http.StatusUnprocessableEntity, payoutsPage{Wrong: "file_missing"})
	}
	defer text.Close()
	from, to, ok := readDays(v.r.PostFormValue("from"), v.r.PostFormValue("to"), v.zone)
	if !ok || (from == 0) != (to == 0) {
		return o.showPayouts(v, http.StatusUnprocessableEntity, payoutsPage{Wrong: "days_wrong"})
	}
	report, err := o.o.Auditor.Settle(v.r.Context(), auditor.File{Text: text, Columns: reconcile.Default().With(o.o.Columns), Zone: v.zone,
		Span: reconcile.Span{FromMS: from, ToMS: to}})
	bad := new(reconcile.BadFile)
	switch {
	case errors.As(err, &bad):
		return o.showPayouts(v, http.StatusUnprocessableEntity, payoutsPage{Wrong: "file_lines", Bad: bad.Lines})
	case errors.Is(err, auditor.ErrSpan):
		return o.showPayouts(v, http.StatusUnprocessableEntity, payoutsPage{Wrong: "file_days"})
	case errors.Is(err, auditor.ErrBusy):
		return o.showPayouts(v, http.StatusServiceUnavailable, payoutsPage{Wrong: "file_busy"})
	case errors.Is(err, reconcile.ErrFile):
		return o.showPayouts(v, http.StatusUnprocessableEntity, payoutsPage{Wrong: "file_wrong"})
	case err != nil:
		return err
	}
	o.log.InfoContext(v.r.Context(), "settlement file by a person", "account", v.who.Name, "sha256", report.SHA256[:8])
	o.forget()
	return o.showPayouts(v, http.StatusOK, payoutsPage{New: &report})
}

// exportPage asks for the days of an export.
type exportPage struct {
	Books    bool
	From, To string
	Wrong    string
}

// maxExport is the longest an export may be of.
const maxExport = 400 * 24 * time.Hour

func (o *Office) askExport(v *visit) error {
	now := time.Now().In(v.zone)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, v.zone)
	return v.show(http.StatusOK, "export", page{Title: "export", Data: exportPage{o.o.Auditor != nil,
		first.Format(time.DateOnly), now.Format(time.DateOnly), ""}})
}

// export is every movement of money of some days as CSV.
func (o *Office) export(v *visit) error {
	q := v.r.URL.Query()
	p := exportPage{Books: o.o.Auditor != nil, From: q.Get("from"), To: q.Get("to")}
	from, to, ok := readDays(p.From, p.To, v.zone)
	if !ok || from == 0 || to == 0 || to-from > maxExport.Milliseconds() || !p.Books {
		p.Wrong = "days_wrong"
		return v.show(http.StatusUnprocessableEntity, "export", page{Title: "export", Data: p})
	}
	var out bytes.Buffer
	if err := o.o.Auditor.Export(v.r.Context(), &out, reconcile.Span{FromMS: from, ToMS: to}, v.zone); err != nil {
		return err
	}
	o.log.InfoContext(v.r.Context(), "export by a person", "account", v.who.Name, "from", p.From, "to", p.To)
	h := v.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="kasir-%s-%s.csv"`, p.From, p.To))
	_, err := v.w.Write(out.Bytes())
	return err
}
