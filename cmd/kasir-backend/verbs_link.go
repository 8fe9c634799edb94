package main

import (
	"context"
	"flag"
	"net/http"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/wire"
)

const linkPace = 3 * time.Second // between two looks of link -wait

var linkVerb = verb{
	args: "-id ID [-phone NUMBER] [-wait DURATION]",
	says: "Link the wallet with a number: prints the page on which its owner agrees. With -id alone, what became of it.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		var ask merchant.LinkAsk
		f.StringVar(&ask.LinkID, "id", "", "`id` of the attempt, of the same numbers as orders: WEB-00000002; required")
		f.StringVar(&ask.Phone, "phone", "", "`number` as it is keyed, 0812... or +62812..."+phoneHint)
		wait := f.Duration("wait", 0, "how long to wait for the owner")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if ask.LinkID == "" || len(args) > 0 || *wait < 0 {
				return answer{}, misused("an -id is needed")
			}
			var l wire.Link
			get := func() error { return a.ask(ctx, http.MethodGet, "links/"+seg(ask.LinkID), nil, &l) }
			var err error
			if ask.Phone, err = phoneOf(ctx, ask.Phone); err != nil {
				return answer{}, err
			}
			if ask.Phone != "" {
				err = a.ask(ctx, http.MethodPost, "links", ask, &l)
			} else {
				err = get()
			}
			for until := time.Now().Add(*wait); err == nil && !l.State.Final() && time.Now().Before(until); err = get() {
				select {
				case <-ctx.Done():
					return answer{}, ctx.Err()
				case <-time.After(linkPace):
				}
			}
			return showLink(l), err
		}
	},
}

func showLink(l wire.Link) answer {
	out := one(l, "link", l.LinkID, "phone", l.Phone, "state", string(l.State), "customer", l.Customer,
		"page", l.URL, "time left", left(l.ExpiresIn), "reason", because(l.Reason))
	switch l.State {
	case wire.LinkFailed, wire.LinkExpired:
		out.code = failed
	case wire.LinkAsked:
		out.code, out.tail = unsure, "the provider has not answered yet; run the same command again"
	}
	return out
}

var customerVerb = verb{
	args: "ID | -phone NUMBER",
	says: "How a customer's wallet stands.",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		var find wire.Find
		f.StringVar(&find.Phone, "phone", "", "`number` as it is keyed"+phoneHint)
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if (len(args) == 1) == (find.Phone != "") || len(args) > 1 {
				return answer{}, misused("one customer's id, or a -phone")
			}
			var c wire.Customer
			var err error
			if find.Phone, err = phoneOf(ctx, find.Phone); err != nil {
				return answer{}, err
			}
			if find.Phone != "" {
				err = a.ask(ctx, http.MethodPost, "customers", find, &c)
			} else {
				err = a.ask(ctx, http.MethodGet, "customers/"+seg(args[0]), nil, &c)
			}
			return showCustomer(c), err
		}
	},
}

var unlinkVerb = verb{
	args: "ID",
	says: "Unlink a customer's wallet. From then on it is not charged.",
	set: func(*flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) != 1 {
				return answer{}, misused("one customer's id")
			}
			var c wire.Customer
			err := a.ask(ctx, http.MethodDelete, "customers/"+seg(args[0]), nil, &c)
			out := showCustomer(c)
			if c.State == wire.CustomerUnlinking {
				out.code, out.tail = unsure, "the provider has not confirmed it yet; run the same command again"
			}
			return out, err
		}
	},
}

func showCustomer(c wire.Customer) answer {
	return one(c, "customer", c.ID, "phone", c.Phone, "state", string(c.State))
}
