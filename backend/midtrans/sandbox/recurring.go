package sandbox

import (
	"encoding/json"
	"strconv"
	"time"

	"kasir/backend/midtrans"
)

// recur makes the charges that are due and says when to come again. s.mu is
// held.
func (s *Sandbox) recur(now time.Time) (next time.Time, any bool) {
	for _, kept := range s.subscriptions.all {
		at, ok := kept.due()
		if !ok || at.After(now) {
			continue
		}
		if err := s.commit(s.runSubscription(*kept, now)); err != nil {
			s.log.Error("charge subscription", "subscription", kept.ID, "error", err)
			return now.Add(time.Second), true // the disk may recover
		}
	}
	return s.subscriptions.next()
}

// attempt is what became of a charge of a subscription, as it is told.
type attempt struct {
	Status      string `json:"transaction_status,omitempty"`
	ID          string `json:"transaction_id,omitempty"`
	Code        string `json:"status_code"`
	Message     string `json:"status_message,omitempty"`
	ChannelCode string `json:"channel_response_code,omitempty"`
	ChannelText string `json:"channel_response_message,omitempty"`
}

// runSubscription charges b and says all that follows; s.mu is held.
func (s *Sandbox) runSubscription(b subscription, now time.Time) entry {
	e, a := s.chargeSubscription(&b, now)
	if a.Code == "200" {
		b.Previous, b.Tries, b.RetryAt = now, 0, time.Time{}
		b.advance(now)
	} else {
		b.fail(now)
	}
	e.Subscription = &b
	s.log.Info("subscription charged", "subscription", b.ID, "code", a.Code, "active", b.Active)
	e.Letters = append(e.Letters, s.tellSubscription(&b, struct {
		Transaction  attempt    `json:"transaction"`
		Subscription subscribed `json:"subscription"`
		Event        string     `json:"event_name"`
	}{a, b.told(s.merchant.id), midtrans.EventCharge})...)
	return e
}

// advance counts a charge and finds the next one. What was missed while nobody
// ran this program is not made up for.
func (b *subscription) advance(now time.Time) {
	b.Next = b.after(b.Next)
	if b.Charges++; b.done() {
		b.Active, b.Next = false, time.Time{}
		return
	}
	b.catchUp(now)
}

// fail tries again later, or gives up for good.
func (b *subscription) fail(now time.Time) {
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": day}
	if b.Retry != nil && b.Tries < b.Retry.Max {
		b.Tries++
		b.RetryAt = now.Add(time.Duration(b.Retry.Interval) * units[b.Retry.Unit])
		return
	}
	b.Active, b.Tries, b.RetryAt = false, 0, time.Time{}
}

// chargeSubscription makes the transaction, when it comes to one.
func (s *Sandbox) chargeSubscription(b *subscription, now time.Time) (entry, attempt) {
	if _, fault := s.faults.take(scene{order: b.Name, op: OpSubscription, amount: b.Amount}, Error500); fault {
		return entry{}, attempt{Code: "500", Message: "Internal Server Error"}
	}
	account := s.accounts.byID[b.Account]
	switch {
	case b.PaymentType != midtrans.PaymentGoPay, s.opts.NoLinking:
		return entry{}, attempt{Code: "402", Message: "Merchant doesn't have access for this payment type"}
	case account == nil || account.Status != midtrans.AccountEnabled:
		return entry{}, attempt{Code: "400", Message: "GoPay token is invalid for the payment"}
	}
	var q chargeRequest
	q.PaymentType, q.Metadata = midtrans.PaymentGoPay, b.Metadata
	q.Details.OrderID, q.Details.GrossAmount = s.orderID(b), integer(b.Amount)
	q.GoPay = gopayRequest{AccountID: b.Account, Token: b.Token, Recurring: true}
	t := s.newTransaction(q, now, now.Truncate(time.Second).Add(midtrans.DefaultExpiry))
	t.Notify = splitURLs(s.opts.NotifyURL)
	s.chargeWallet(&t, debtor{account: account, option: b.Option, charge: q.GoPay}, now)
	b.Transactions = append(b.Transactions[max(0, len(b.Transactions)-maxListed+1):len(b.Transactions):len(b.Transactions)], t.TransactionID)
	d := s.document(t)
	a := attempt{Status: t.Status, ID: t.TransactionID, Code: "200", ChannelCode: d.ChannelCode, ChannelText: d.ChannelText}
	if t.Status != midtrans.StatusSettlement {
		a.Code = strconv.Itoa(202)
	}
	return s.transact(nil, t), a
}

// told is the subscription as notifications show it.
func (b *subscription) told(merchant string) subscribed {
	d := b.object(inUTC)
	d.MerchantID, d.CreatedAt, d.Transactions, d.Retry = merchant, "", nil, nil
	return d
}

// tellSubscription writes to the recurring notification URL. Nothing signs it.
func (s *Sandbox) tellSubscription(b *subscription, what any) []*letter {
	urls := splitURLs(s.opts.RecurringNotifyURL)
	if s.opts.RecurringNotifyURL == "" {
		urls = splitURLs(s.opts.NotifyURL)
	}
	state := midtrans.SubscriptionInactive
	if b.Active {
		state = midtrans.SubscriptionActive
	}
	return s.send(scene{order: b.Name, op: OpSubscription, state: state}, b.ID, urls, func() string {
		body, _ := json.Marshal(what) // strings and valid JSON only
		return string(body)
	})
}
