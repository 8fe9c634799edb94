package main

import (
	"context"
	"flag"
	"net/http"

	"kasir/backend/merchant"
	"kasir/backend/wire"
)

var chargeVerb = verb{
	args: "-order ID [-amount N [-method qris|deeplink|linked] [-customer ID] | -cancel]",
	says: "Make a charge, look at one (with -order alone), or end one. The same order and amount again is the same charge.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		var ask merchant.ChargeAsk
		order := f.String("order", "", "`id` of the order: a name, a hyphen and eight digits, WEB-00000001; required")
		f.Int64Var(&ask.Amount, "amount", 0, "`rupiah`")
		method := f.String("method", "", "qris (default), deeplink, or linked (default with -customer)")
		f.StringVar(&ask.Customer, "customer", "", "`id` of the customer whose linked wallet is charged")
		cancel := f.Bool("cancel", false, "end the charge")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if *order == "" || len(args) > 0 || *cancel && ask.Amount != 0 {
				return answer{}, misused("an -order is needed, and -amount or -cancel but not both")
			}
			ask.Method = merchant.Method(*method)
			if *method == "" {
				ask.Method = merchant.MethodQRIS
				if ask.Customer != "" {
					ask.Method = merchant.MethodLinked
				}
			}
			var c merchant.Charge
			path := "charges/" + seg(*order)
			var err error
			switch {
			case *cancel:
				err = a.ask(ctx, http.MethodDelete, path, nil, &c)
			case ask.Amount != 0:
				err = a.ask(ctx, http.MethodPut, path, ask, &c)
			default:
				err = a.ask(ctx, http.MethodGet, path, nil, &c)
			}
			return showCharge(c, *cancel), err
		}
	},
}

// showCharge prints a charge. One that can bring no money any more is a failure,
// but for whoever wanted its end.
func showCharge(c merchant.Charge, cancel bool) answer {
	out := one(c, "order", c.OrderID, "amount", rupiah(c.Amount), "method", string(c.Method), "state", string(c.State),
		"transaction", c.TransactionID, "paid", rupiah(c.Paid), "settled", moment(c.SettledAt), "issuer", c.Issuer,
		"reason", because(c.Reason), "time left", left(c.ExpiresIn), "code", c.QR, "PIN page", c.VerifyURL)
	for _, action := range c.Actions {
		out.rows = append(out.rows, []string{printable(action.Name), printable(action.URL)})
	}
	switch {
	case c.State == wire.Asked, cancel && c.State == wire.Pending:
		out.code, out.tail = unsure, "the provider has not answered yet; run the same command again"
	case cancel && c.State == wire.Settled:
		out.code, out.tail = failed, "it was paid, so it cannot be cancelled; give the money back with refund"
	case c.State == wire.Mismatched:
		out.code, out.tail = failed, "another amount was paid than was asked for: somebody must look into it"
	case c.State == wire.Denied, c.State == wire.Expired && !cancel:
		out.code = failed
	}
	return out
}
