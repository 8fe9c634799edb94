package office

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// salePage is one order with all that is known of it.
type salePage struct {
	merchant.Transaction
	Facts   ledger.Facts
	InBook  bool // else it was sold on a checkout page or by a subscription
	History []ledger.Record
	Refunds []merchant.Refund
	Left    int64  // rupiah that could be given back
	Key     string // of the next refund: sent twice it is one
	Receipt string // address
	Seen    opinion
	Alarm   bool // that nobody has said anything to
	Open    bool // the provider can be asked about it
	Wrong   string
}

const maxHistory = 200

// opinion is what a person said to the alarms of an order.
type opinion struct {
	Who    string `json:"who,omitempty"`
	Reason string `json:"reason,omitempty"`
	AtMS   int64  `json:"at_ms,omitempty"`
	Alarms int64  `json:"alarms,omitempty"` // how many there were then
}

func (o *Office) sale(v *visit) error { return o.showSale(v, http.StatusOK, "") }

// showSale is the page of the order in the path; wrong is what could not be done.
func (o *Office) showSale(v *visit, status int, wrong string) error {
	ctx, order := v.r.Context(), v.r.PathValue("order")
	if len(order) > 64 {
		return errNotFound
	}
	found, err := o.o.Shop.Search(ctx, ledger.Query{Order: order, Limit: 1}, "")
	var no *wire.Error
	if errors.As(err, &no) && no.Code == wire.BadRequest {
		return errNotFound
	}
	if err != nil {
		return err
	}
	if len(found.Transactions) == 0 {
		return errNotFound
	}
	p := salePage{Transaction: found.Transactions[0], Wrong: wrong, Key: "office-" + strings.ToLower(rand.Text())}
	if p.Facts, p.InBook, err = o.book.(ledger.Book).Order(ctx, order); err != nil {
		return err
	}
	if p.InBook {
		if err := o.fillBook(v, &p); err != nil {
			return err
		}
	}
	if p.State == wire.Settled {
		all, err := o.o.Shop.Refunds(ctx, order)
		if err != nil {
			return err
		}
		p.Refunds, p.Left = all.Refunds, p.Paid
		for _, r := range p.Refunds {
			if r.State != merchant.RefundRefused {
				p.Left -= r.Amount
			}
		}
	}
	return v.show(status, "sale", page{Title: "sale", Data: p})
}

// fillBook adds what only the book knows.
func (o *Office) fillBook(v *visit, p *salePage) (err error) {
	if p.History, err = o.book.(ledger.Book).History(v.r.Context(), p.OrderID, maxHistory); err != nil {
		return err
	}
	if _, err = o.filed(v.r.Context(), kindSeen, p.OrderID, &p.Seen); err != nil {
		return err
	}
	p.Alarm = p.Facts.Alarm != "" && p.Facts.AlarmCount > p.Seen.Alarms
	p.Open = p.Facts.Watched()
	p.Receipt = o.o.Shop.Receipt(p.Facts)
	return nil
}

// askProvider has the provider asked about an order.
func (o *Office) askProvider(v *visit) error {
	order := v.r.PathValue("order")
	if _, _, err := ledger.ParseOrder(order); err != nil {
		return errNotFound
	}
	if err := o.o.Shop.Ask(v.r.Context(), order); err != nil {
		return o.declined(v, err)
	}
	v.redirect(saleURL(order))
	return nil
}

// declined shows the order again, with what the backend said.
func (o *Office) declined(v *visit, err error) error {
	var no *wire.Error
	if !errors.As(err, &no) {
		return err
	}
	o.log.WarnContext(v.r.Context(), "office: not done", "path", loggable(v.r), "account", v.who.Name, "code", no.Code)
	word := "wire_" + no.Code
	if _, known := words[v.lang][word]; !known {
		word = "wire_other"
	}
	return o.showSale(v, wire.Status(no.Code), word)
}

// refund gives money back. The key comes from the form, so that pressing twice,
// or again after a silence, is one refund.
func (o *Office) refund(v *visit) error {
	order := v.r.PathValue("order")
	amount, ok := readRupiah(v.r.PostFormValue("amount"))
	reason, key := strings.TrimSpace(v.r.PostFormValue("reason")), v.r.PostFormValue("key")
	switch {
	case !ok:
		return o.showSale(v, http.StatusUnprocessableEntity, "refund_amount")
	case len(reason) < 3:
		return o.showSale(v, http.StatusUnprocessableEntity, "refund_reason")
	case v.r.PostFormValue("sure") != "yes":
		return o.showSale(v, http.StatusUnprocessableEntity, "not_sure")
	case !strings.HasPrefix(key, "office-"):
		return errBad
	}
	done, err := o.o.Shop.Refund(v.r.Context(), order, merchant.RefundAsk{Amount: amount, Reason: reason, Key: key})
	if err != nil {
		return o.declined(v, err)
	}
	o.log.InfoContext(v.r.Context(), "refund by a person", "account", v.who.Name, "order", order, "amount", amount, "key", key, "state", string(done.State))
	v.redirect(saleURL(order) + "#refunds")
	return nil
}

// seen writes down what a person says to an order's alarms.
func (o *Office) seen(v *visit) error {
	order, reason := v.r.PathValue("order"), strings.TrimSpace(v.r.PostFormValue("reason"))
	f, ok, err := o.book.(ledger.Book).Order(v.r.Context(), order)
	if err != nil {
		return err
	}
	if !ok || f.Alarm == "" {
		return errNotFound
	}
	// The same words are enough as for a case: Close says whether they are.
	c := reconcile.Case{State: reconcile.Waiting}
	if _, err := c.Close(v.who.Name, reason, 0); err != nil {
		return o.showSale(v, http.StatusUnprocessableEntity, "reason_short")
	}
	var old opinion
	version, err := o.filed(v.r.Context(), kindSeen, order, &old)
	if err != nil {
		return err
	}
	said := opinion{Who: v.who.Name, Reason: reason, AtMS: time.Now().UnixMilli(), Alarms: f.AlarmCount}
	if err := o.file(v.r.Context(), merchant.Paper{Kind: kindSeen, ID: order, Version: version}, said); err != nil {
		return err // somebody else was faster: the page shows what he said
	}
	o.log.InfoContext(v.r.Context(), "alarm seen by a person", "account", v.who.Name, "order", order, "alarm", string(f.Alarm))
	o.forget()
	v.redirect(saleURL(order))
	return nil
}
