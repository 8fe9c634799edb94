package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"kasir/backend/auditor"
	"kasir/backend/reconcile"
)

// daysFlags are the days that a command is about.
func daysFlags(f *flag.FlagSet) (query func() url.Values) {
	from := f.String("from", "", "the first `day`, like 2026-11-20")
	to := f.String("to", "", "the last `day`; the first when it is left out")
	zone := f.String("zone", "wib", "whose days: wib, wita or wit")
	return func() url.Values {
		q := url.Values{"zone": {*zone}}
		if *from != "" {
			q.Set("from", *from)
			q.Set("to", *from)
		}
		if *to != "" {
			q.Set("to", *to)
		}
		return q
	}
}

var settlementVerb = verb{
	args: "[-from DAY [-to DAY]] FILE",
	says: "Take a settlement file (CSV) of the provider: compare it with what was sold, and open a case for everything that does not agree. Without -from it is of the days of its lines. The same file twice is one file.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		query := daysFlags(f)
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) != 1 {
				return answer{}, misused("one FILE is needed")
			}
			text, err := readFile(args[0])
			if err != nil {
				return answer{}, err
			}
			got, err := a.exchange(ctx, http.MethodPost, "settlements?"+query().Encode(), content{"text/csv", text, maxAnswer})
			if err != nil {
				return answer{}, err
			}
			var r auditor.Report
			if err := json.Unmarshal(got, &r); err != nil {
				return answer{}, err
			}
			out := one(r, "file", r.SHA256[:min(8, len(r.SHA256))], "of", moment(r.Span.FromMS)+" to "+moment(r.Span.ToMS), "lines", fmt.Sprint(r.Lines),
				"orders that agree", fmt.Sprint(r.Matched), "cases", fmt.Sprint(r.Mismatched), "paid, say tills only", fmt.Sprint(r.Doubts), "paid", rupiah(r.File.Paid), "given back", rupiah(r.File.Back),
				"kept by the provider", "Rp "+r.File.Fee.String(), "paid out", "Rp "+r.File.Net.String())
			switch {
			case r.Again:
				out.tail = "this very file was taken before; nothing has changed"
			case r.Mismatched > 0:
				out.tail = "see them with: kasir-backend cases"
			}
			return out, nil
		}
	},
}

// readFile reads a settlement file, bounded.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read settlement file: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, reconcile.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read settlement file: %w", err)
	}
	if len(text) > reconcile.MaxBytes {
		return nil, fmt.Errorf("read settlement file: larger than %d MB", reconcile.MaxBytes>>20)
	}
	return text, nil
}

// page is a page of what the backend lists.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

var casesVerb = verb{
	args: "[-all] [-after NEXT]",
	says: "Show what did not agree with a settlement file and waits for somebody to say why.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		all := f.Bool("all", false, "also what was closed, or turned up in a later file")
		after := f.String("after", "", "the `next` of the page before")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) > 0 {
				return answer{}, misused("%q is not a flag", args[0])
			}
			q := url.Values{"after": {*after}}
			if *all {
				q.Set("all", "1")
			}
			var found page[auditor.Case]
			if err := a.ask(ctx, http.MethodGet, "cases?"+q.Encode(), nil, &found); err != nil {
				return answer{}, err
			}
			out := answer{body: found, rows: [][]string{{"CASE", "SINCE", "TILL", "HERE", "THERE", "STATE", "WHO", "REASON"}}}
			for _, c := range found.Items {
				out.rows = append(out.rows, []string{printable(c.ID), moment(c.SinceMS), printable(c.Till), rupiah(c.Here), rupiah(c.There),
					string(c.State), printable(c.Who), printable(c.Reason)})
			}
			if found.Next != "" {
				out.tail = "more: -after " + found.Next
			}
			return out, nil
		}
	},
}

var closeCaseVerb = verb{
	args: "-who NAME -reason TEXT CASE",
	says: "Say why a case is as it is, and take it off the queue.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		who := f.String("who", "", "`name` of who says so; required")
		reason := f.String("reason", "", "`text` of 4 to 500 characters; required")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) != 1 || *who == "" || *reason == "" {
				return answer{}, misused("one CASE is needed, with -who and -reason")
			}
			var c auditor.Case
			body := map[string]string{"who": *who, "reason": *reason}
			if err := a.ask(ctx, http.MethodPost, "cases/"+seg(args[0]), body, &c); err != nil {
				return answer{}, err
			}
			return one(c, "case", c.ID, "state", string(c.State), "who", c.Who, "reason", c.Reason), nil
		}
	},
}

// maxExport bounds an export, in bytes: some 600,000 movements.
const maxExport = 64 << 20

var exportVerb = verb{
	args: "-from DAY [-to DAY]",
	says: "Write every movement of money of some days as CSV, each in one row: the sum of a column is the truth.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		query := daysFlags(f)
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) > 0 || query().Get("from") == "" {
				return answer{}, misused("-from is needed")
			}
			text, err := a.exchange(ctx, http.MethodGet, "export?"+query().Encode(), content{kind: "text/csv", most: maxExport})
			return answer{raw: text}, err
		}
	},
}
