package main

import (
	"context"
	"flag"
	"net/http"

	"kasir/backend/merchant"
)

var snapVerb = verb{
	args: "-order ID [-amount N [-customer NAME [-phone NUMBER] [-enforce]]] | -user NAME [-unlink]",
	says: "Make a checkout page on which a wallet can be linked, look what became of one (with -order alone), or look at or unlink the wallet that a customer linked on one.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		var ask merchant.SnapAsk
		f.StringVar(&ask.OrderID, "order", "", "`id` of the order, of the same numbers as charges")
		f.Int64Var(&ask.Amount, "amount", 0, "`rupiah`")
		f.StringVar(&ask.Customer, "customer", "", "your own `name` for the customer; the provider gets a salted hash of it")
		f.StringVar(&ask.Phone, "phone", "", "lets only the wallet with this `number` be linked"+phoneHint)
		f.BoolVar(&ask.Enforce, "enforce", false, "whoever will not link cannot pay")
		f.StringVar(&ask.FinishURL, "finish-url", "", "`URL` to which the page leads in the end")
		user := f.String("user", "", "`name` of a customer, as it was given with -customer")
		unlink := f.Bool("unlink", false, "unlink that customer's wallet")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if (*user == "") == (ask.OrderID == "") || len(args) > 0 || *unlink && *user == "" {
				return answer{}, misused("an -order, or a -user")
			}
			if *user != "" {
				return snapUser(ctx, a, *user, *unlink)
			}
			var p merchant.Snap
			var err error
			if ask.Phone, err = phoneOf(ctx, ask.Phone); err != nil {
				return answer{}, err
			}
			if ask.Amount != 0 {
				err = a.ask(ctx, http.MethodPost, "snap", ask, &p)
			} else {
				err = a.ask(ctx, http.MethodGet, "snap/"+seg(ask.OrderID), nil, &p)
			}
			return showSnap(p), err
		}
	},
}

func snapUser(ctx context.Context, a *api, name string, unlink bool) (answer, error) {
	method := http.MethodGet
	if unlink {
		method = http.MethodDelete
	}
	var u merchant.SnapUser
	err := a.ask(ctx, method, "snap/users/"+seg(name), nil, &u)
	return one(u, "state", string(u.State), "phone", u.Phone, "balance", rupiah(u.Balance)), err
}

func showSnap(p merchant.Snap) answer {
	linked := ""
	if p.Linked {
		linked = "yes"
	}
	out := one(p, "order", p.OrderID, "amount", rupiah(p.Amount), "state", string(p.State), "page", p.RedirectURL,
		"transaction", p.TransactionID, "paid", rupiah(p.Paid), "settled", moment(p.SettledAt), "wallet linked", linked, "reason", because(p.Reason))
	if p.State == merchant.SnapAsked {
		out.code, out.tail = unsure, "the provider has not answered; run the same command again"
	}
	return out
}
