package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"kasir/backend/merchant"
)

var subscriptionVerb = verb{
	args: "list | show NAME | create NAME [flags] | update NAME [flags] | enable NAME | disable NAME | cancel NAME",
	says: "Have the provider charge a linked wallet by itself. For instance: subscription create NAME -amount 20000 -every 1month -customer ID",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		var o subscriptionFlags
		f.StringVar(&o.ask.Customer, "customer", "", "`id` of the linked customer (create)")
		f.StringVar(&o.ask.SnapCustomer, "snap-customer", "", "your own `name` for a customer who linked on a checkout page (create)")
		f.Int64Var(&o.ask.Amount, "amount", 0, "`rupiah` of every charge (create, update)")
		f.StringVar(&o.every, "every", "", "the `interval`: 1day, 2week, 1month (create, update)")
		f.IntVar(&o.times, "times", -1, "ends after so `many` intervals; -1: until somebody ends it (create)")
		f.StringVar(&o.ask.Schedule.Start, "start", "", "first charge at this `time`, 2026-01-31T08:00:00+07:00 (create)")
		f.StringVar(&o.retry, "retry", "", "`how` a failed charge is tried again: 3x1hour (create, update)")
		f.StringVar(&o.after, "after", "", "the `next` of the page before (list)")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) == 1 && args[0] == "list" {
				return listSubscriptions(ctx, a, o.after)
			}
			if len(args) != 2 {
				return answer{}, misused("list, or a word and a name")
			}
			return o.run(ctx, a, args[0], args[1])
		}
	},
}

type subscriptionFlags struct {
	ask                 merchant.SubscriptionAsk
	every, retry, after string
	times               int
}

// run is one of the words about the subscription name.
func (o subscriptionFlags) run(ctx context.Context, a *api, word, name string) (answer, error) {
	method, path, body, err := http.MethodGet, "subscriptions/"+seg(name), any(nil), error(nil)
	switch word {
	case "show":
	case "create":
		method, path = http.MethodPost, "subscriptions"
		body, err = o.create(name)
	case "update":
		method = http.MethodPatch
		body, err = o.update()
	case merchant.WantEnable, merchant.WantDisable, merchant.WantCancel:
		method, path = http.MethodPost, path+"/"+word
	default:
		err = misused("%q is not list, show, create, update, enable, disable or cancel", word)
	}
	if err != nil {
		return answer{}, err
	}
	var s merchant.Subscription
	err = a.ask(ctx, method, path, body, &s)
	return showSubscription(s), err
}

func (o subscriptionFlags) create(name string) (any, error) {
	ask := o.ask
	ask.Name = name
	var err error
	if ask.Schedule.Interval, ask.Schedule.Unit, err = cadence(o.every); err != nil {
		return nil, err
	}
	if o.times >= 0 {
		ask.Schedule.Max = &o.times
	}
	ask.Retry, err = retries(o.retry)
	return ask, err
}

func (o subscriptionFlags) update() (any, error) {
	change := merchant.SubscriptionChange{Amount: o.ask.Amount}
	var err error
	if o.every != "" {
		// The unit cannot be changed; it is written for whoever reads the command.
		if change.Interval, _, err = cadence(o.every); err != nil {
			return nil, err
		}
	}
	change.Retry, err = retries(o.retry)
	return change, err
}

// cadence reads 2week.
func cadence(text string) (n int, unit string, err error) {
	if _, err := fmt.Sscanf(text, "%d%s", &n, &unit); err != nil || n < 1 {
		return 0, "", misused("%q is not an interval like 1day, 2week or 1month", text)
	}
	return n, strings.TrimSuffix(unit, "s"), nil
}

// retries reads 3x1hour; "" is nil.
func retries(text string) (*merchant.Retry, error) {
	if text == "" {
		return nil, nil
	}
	var r merchant.Retry
	if _, err := fmt.Sscanf(text, "%dx%d%s", &r.Max, &r.Interval, &r.Unit); err != nil {
		return nil, misused("%q is not like 3x1hour", text)
	}
	r.Unit = strings.TrimSuffix(r.Unit, "s")
	return &r, nil
}

func listSubscriptions(ctx context.Context, a *api, after string) (answer, error) {
	var page merchant.Subscriptions
	if err := a.ask(ctx, http.MethodGet, "subscriptions?"+url.Values{"after": {after}}.Encode(), nil, &page); err != nil {
		return answer{}, err
	}
	out := answer{body: page, rows: [][]string{{"NAME", "AMOUNT", "EVERY", "STATE", "NEXT", "CHARGES"}}}
	for _, s := range page.Subscriptions {
		out.rows = append(out.rows, []string{printable(s.Name), rupiah(s.Amount), every(s), string(s.State), moment(s.Next), fmt.Sprint(len(s.Charges))})
	}
	if page.Next != "" {
		out.tail = "more: -after " + page.Next
	}
	return out, nil
}

func every(s merchant.Subscription) string {
	return fmt.Sprintf("%d %s", s.Schedule.Interval, printable(s.Schedule.Unit))
}

func showSubscription(s merchant.Subscription) answer {
	state := string(s.State)
	if s.Ended {
		state += ", cancelled"
	}
	out := one(s, "name", s.Name, "amount", rupiah(s.Amount), "every", every(s), "state", state, "wanted", s.Wanted,
		"next charge", moment(s.Next), "last charge", moment(s.Previous), "reason", because(s.Reason))
	for _, c := range s.Charges {
		out.rows = append(out.rows, []string{"charge " + moment(c.At), printable(c.State + " " + rupiah(c.Amount) + " " + c.OrderID + " " + because(c.Reason))})
	}
	for _, r := range s.Rumors {
		out.rows = append(out.rows, []string{"failed " + moment(r.At), printable(fmt.Sprintf("%s (%d times, not verified)", r.Message, r.Times))})
	}
	switch s.State {
	case merchant.SubscriptionRefused:
		out.code = failed
	case merchant.SubscriptionAsked, merchant.SubscriptionLost:
		out.code, out.tail = unsure, "the provider has not said that it made it; run the same command again"
	}
	return out
}
