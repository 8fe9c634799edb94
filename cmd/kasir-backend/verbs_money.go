package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"

	"kasir/backend/merchant"
)

var transactionsVerb = verb{
	args: "[flags]",
	says: "Search all orders: of tills, programs, checkout pages and subscriptions; newest first.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		texts := map[string]*string{
			"order":  f.String("order", "", "`id` of one order"),
			"device": f.String("device", "", "`name` of a terminal or program"),
			"state":  f.String("state", "", "asked, pending, settled, cancelled, expired, mismatched or denied"),
			"from":   f.String("from", "", "asked for at this `time` or after: 2026-01-31T08:00:00+07:00 or Unix milliseconds"),
			"to":     f.String("to", "", "asked for before this `time`"),
			"limit":  f.String("limit", "", "at most so `many`, 1 to 200 (50)"),
			"after":  f.String("after", "", "the `next` of the page before"),
		}
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) > 0 {
				return answer{}, misused("%q is not a flag", args[0])
			}
			query := url.Values{}
			for name, text := range texts {
				if *text != "" {
					query.Set(name, *text)
				}
			}
			var page merchant.Transactions
			if err := a.ask(ctx, http.MethodGet, "transactions?"+query.Encode(), nil, &page); err != nil {
				return answer{}, err
			}
			out := answer{body: page, rows: [][]string{{"ASKED", "SOURCE", "ORDER", "AMOUNT", "STATE", "PAID", "ISSUER", "REASON"}}}
			for _, t := range page.Transactions {
				out.rows = append(out.rows, []string{moment(t.AskedAt), printable(string(t.Source)), printable(t.OrderID), rupiah(t.Amount), string(t.State),
					rupiah(t.Paid), printable(t.Issuer), printable(because(t.Reason))})
			}
			if page.Next != "" {
				out.tail = "more: -after " + page.Next
			}
			return out, nil
		}
	},
}

var refundVerb = verb{
	args: "-order ID [-amount N -reason TEXT [-key KEY]]",
	says: "Give money of a paid order back, or list its refunds (with -order alone). Without -key the key is made of order and amount, so that running it twice gives back once.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		var ask merchant.RefundAsk
		order := f.String("order", "", "`id` of the order; required")
		f.Int64Var(&ask.Amount, "amount", 0, "`rupiah`")
		f.StringVar(&ask.Reason, "reason", "", "why; the payer reads this `text`")
		f.StringVar(&ask.Key, "key", "", "`name` of this refund, for a second one of the same amount")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if *order == "" || len(args) > 0 || (ask.Amount == 0) != (ask.Reason == "") {
				return answer{}, misused("an -order is needed, and an -amount with its -reason")
			}
			path := "transactions/" + seg(*order) + "/refunds"
			if ask.Amount == 0 {
				var list merchant.Refunds
				err := a.ask(ctx, http.MethodGet, path, nil, &list)
				return showRefunds(list), err
			}
			if ask.Key == "" {
				ask.Key = refundKey(*order, ask.Amount)
			}
			var r merchant.Refund
			if err := a.ask(ctx, http.MethodPost, path, ask, &r); err != nil {
				return answer{}, err
			}
			out := showRefunds(merchant.Refunds{Refunds: []merchant.Refund{r}})
			out.body = r
			switch r.State {
			case merchant.RefundRefused:
				out.code = failed
			case merchant.RefundAsked:
				out.code, out.tail = unsure, "the provider has not answered; the backend goes on asking. Run the same command again to see"
			}
			return out, nil
		}
	},
}

// refundKey is the key of the only refund of this amount; characters that a key
// cannot have become a hyphen.
func refundKey(order string, amount int64) string {
	key := []byte(fmt.Sprintf("%s-%d", order, amount))
	for i, c := range key {
		if c == '.' || c == '~' {
			key[i] = '-'
		}
	}
	return string(key)
}

func showRefunds(list merchant.Refunds) answer {
	out := answer{body: list, rows: [][]string{{"ASKED", "KEY", "AMOUNT", "STATE", "CONFIRMED", "WHY"}}}
	for _, r := range list.Refunds {
		out.rows = append(out.rows, []string{moment(r.AskedAt), printable(r.Key), rupiah(r.Amount), string(r.State), moment(r.ConfirmedAt), printable(because(r.Why))})
	}
	return out
}
