package merchant

import (
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// Bounds of subscriptions.
const (
	maxCharges = 100 // of one subscription that are shown, the newest
	maxRumors  = 20
	// repeatWindow is how long a creation can be repeated: the provider
	// remembers its key for three minutes.
	repeatWindow = 150 * time.Second
)

// SubscriptionState is how a subscription stands.
type SubscriptionState string

const (
	SubscriptionAsked    SubscriptionState = "asked"    // durable here; the provider has not answered
	SubscriptionActive   SubscriptionState = "active"   // the provider charges by itself
	SubscriptionInactive SubscriptionState = "inactive" // it does not: disabled, cancelled, all charged, or failed too often
	SubscriptionRefused  SubscriptionState = "refused"  // it was never made; Reason says why
	// SubscriptionLost: no answer came while the creation could be repeated, or
	// one after which it must not be, lest there are two. It may exist: a
	// notification about it brings it back, else look for its name in the
	// provider's dashboard, and take another name for the next.
	SubscriptionLost SubscriptionState = "lost"
)

// Cadence is when a subscription charges.
type Cadence struct {
	Interval int    `json:"interval"`               // in Unit, 1 or more
	Unit     string `json:"unit"`                   // day, week, month
	Max      *int   `json:"max_interval,omitempty"` // after so many it ends; absent: until somebody ends it
	Start    string `json:"start,omitempty"`        // RFC 3339, in the future; absent: one interval from now
}

// Retry is how a failed charge is tried again.
type Retry struct {
	Interval int    `json:"interval"`     // in Unit, 1 or more
	Unit     string `json:"unit"`         // minute, hour, day
	Max      int    `json:"max_interval"` // 0 to 3 times
}

// SubscriptionAsk is the body of POST /v1/merchant/subscriptions. Whose wallet
// is charged says Customer or SnapCustomer, one of them.
type SubscriptionAsk struct {
	Name         string  `json:"name"`                    // names it here and begins its order ids: 1 to 15 letters, digits, - or _
	Customer     string  `json:"customer,omitempty"`      // wire.Customer.ID of a linked customer
	SnapCustomer string  `json:"snap_customer,omitempty"` // SnapAsk.Customer of one who linked on a checkout page
	Amount       int64   `json:"amount"`                  // rupiah, of every charge
	Schedule     Cadence `json:"schedule"`
	Retry        *Retry  `json:"retry,omitempty"`
}

// SubscriptionChange is the body of PATCH /v1/merchant/subscriptions/{name}.
// What is absent stays as it is.
type SubscriptionChange struct {
	Amount   int64  `json:"amount,omitempty"`   // rupiah
	Interval int    `json:"interval,omitempty"` // in the unit it has
	Retry    *Retry `json:"retry,omitempty"`
}

// Subscription is a subscription and what became of it.
type Subscription struct {
	Name     string            `json:"name"`
	Amount   int64             `json:"amount"` // rupiah, of every charge
	State    SubscriptionState `json:"state"`
	Wanted   string            `json:"wanted,omitempty"` // update, enable, disable or cancel, while the provider has not confirmed it
	Ended    bool              `json:"cancelled,omitempty"`
	Schedule Cadence           `json:"schedule"`
	Retry    *Retry            `json:"retry,omitempty"`
	Next     int64             `json:"next_at_ms,omitempty"`     // Unix milliseconds, like all times here
	Previous int64             `json:"previous_at_ms,omitempty"` //
	Passed   int               `json:"intervals_passed,omitempty"`
	Reason   *wire.Reason      `json:"reason,omitempty"` // of a refusal
	AskedAt  int64             `json:"asked_at_ms"`
	ReadAt   int64             `json:"read_at_ms,omitempty"` // when the provider last described it
	Charges  []Recurred        `json:"charges,omitempty"`    // read back, newest first
	// Rumors are failures that left no transaction to read: only an unsigned
	// notification told of them. The subscription itself was read afterwards.
	Rumors []Rumor `json:"unverified_failures,omitempty"`
}

// Recurred is one charge of a subscription.
type Recurred struct {
	TransactionID string       `json:"transaction_id"`
	OrderID       string       `json:"order_id"`
	State         string       `json:"state"` // the provider's word: settlement, deny, ...
	Paid          bool         `json:"paid"`
	Amount        int64        `json:"amount"` // rupiah
	Reason        *wire.Reason `json:"reason,omitempty"`
	At            int64        `json:"at_ms"`
}

// Rumor is a failure as a notification told it.
type Rumor struct {
	Message string `json:"message"`
	At      int64  `json:"at_ms"` // when it came
	Times   int    `json:"times"` // that the same came
}

// Subscriptions is a page of them, by name.
type Subscriptions struct {
	Subscriptions []Subscription `json:"subscriptions"`
	Next          string         `json:"next,omitempty"`
}

// subscription is the paper.
type subscription struct {
	Subscription
	Account  string              `json:"account"`
	First    *terms              `json:"first,omitempty"`    // what was asked for; changes leave it alone
	Provider string              `json:"provider,omitempty"` // the provider's id
	Change   *SubscriptionChange `json:"change,omitempty"`   // of an update that is wanted
	Tries    int                 `json:"tries,omitempty"`
	LastMS   int64               `json:"last_ms,omitempty"`
}

// terms are what a subscription is asked for with, besides whose wallet.
type terms struct {
	Amount   int64   `json:"amount"` // rupiah
	Schedule Cadence `json:"schedule"`
	Retry    *Retry  `json:"retry,omitempty"`
}

// same reports whether the subscription was asked for like that. A change later
// on does not make another of it, or a program that repeats its request would
// be refused; one that asks for what it was changed to is to change it.
func (s subscription) same(ask SubscriptionAsk, account string) bool {
	was := terms{s.Amount, s.Schedule, s.Retry} // of a paper from before there was First
	if s.First != nil {
		was = *s.First
	}
	return s.Account == account && reflect.DeepEqual(was, terms{ask.Amount, ask.Schedule, ask.Retry})
}

func (s subscription) filing() filing {
	return filing{kind: KindSubscription, id: s.Name, key: s.Provider, open: s.State == SubscriptionAsked || s.Wanted != ""}
}

// key is the Idempotency-Key of the creation, the same every time.
func (s subscription) key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "kasir subscription\x00%s\x00%d", s.Name, s.AskedAt))
	return fmt.Sprintf("%x", sum[:16])
}

// request is what the provider is asked for.
func (s subscription) request() (midtrans.SubscriptionRequest, error) {
	r := midtrans.SubscriptionRequest{Name: s.Name, Amount: s.Amount, AccountID: s.Account,
		Schedule: midtrans.Schedule{Interval: s.Schedule.Interval, Unit: s.Schedule.Unit, MaxInterval: s.Schedule.Max}}
	if s.Schedule.Start != "" {
		start, err := time.Parse(time.RFC3339, s.Schedule.Start)
		if err != nil {
			return r, &wire.Error{Code: wire.BadRequest, Message: "schedule.start is not a time like 2026-01-31T08:00:00+07:00"}
		}
		r.Schedule.Start = start
	}
	if s.Retry != nil {
		r.Retry = &midtrans.Retry{Interval: s.Retry.Interval, Unit: s.Retry.Unit, Max: s.Retry.Max}
	}
	return r, nil
}

// told takes the provider's own description.
func (s *subscription) told(got midtrans.Subscription) {
	s.Provider, s.Amount, s.ReadAt = got.ID, int64(got.Amount), time.Now().UnixMilli()
	s.State, s.Reason = SubscriptionInactive, nil
	if got.Active() {
		s.State = SubscriptionActive
	}
	s.Passed = got.Schedule.Current
	if got.Schedule.Interval > 0 {
		s.Schedule.Interval = got.Schedule.Interval
	}
	if got.Retry != nil {
		s.Retry = &Retry{Interval: got.Retry.Interval, Unit: got.Retry.Unit, Max: got.Retry.Max}
	}
	s.Next = 0
	if t := got.Schedule.Next; !t.IsZero() && got.Active() {
		s.Next = t.UnixMilli()
	}
	if t := got.Schedule.Previous; !t.IsZero() {
		s.Previous = t.UnixMilli()
	}
}

// charged takes a charge that was read back.
func (s *subscription) charged(tx midtrans.Transaction) {
	is := Recurred{TransactionID: tx.TransactionID, OrderID: tx.OrderID, State: tx.Status, Paid: tx.Paid(), Amount: int64(tx.OriginalAmount())}
	if !tx.TransactionTime.IsZero() {
		is.At = tx.TransactionTime.UnixMilli()
	}
	if why := tx.Reason(); why != midtrans.ReasonNone {
		is.Reason = &wire.Reason{Code: wire.ReasonRejected, Message: clip(string(why) + " " + tx.ChannelResponseMessage), Retry: tx.Retriable()}
		if why == midtrans.ReasonInsufficient {
			is.Reason.Code = wire.ReasonBalance
		}
	}
	for i, old := range s.Charges {
		if old.TransactionID == is.TransactionID {
			s.Charges[i] = is
			return
		}
	}
	s.Charges = append([]Recurred{is}, s.Charges...)
	s.Charges = s.Charges[:min(len(s.Charges), maxCharges)]
}

// rumor keeps what an unsigned notification says went wrong.
func (s *subscription) rumor(message string) {
	now := time.Now().UnixMilli()
	if len(s.Rumors) > 0 && s.Rumors[0].Message == message {
		s.Rumors[0].At = now
		s.Rumors[0].Times++
		return
	}
	s.Rumors = append([]Rumor{{Message: message, At: now, Times: 1}}, s.Rumors...)
	s.Rumors = s.Rumors[:min(len(s.Rumors), maxRumors)]
}

// Subscriptions is a page of all there are.
func (d *Desk) Subscriptions(ctx context.Context, after string, limit int) (Subscriptions, error) {
	papers, err := d.shelf.All(ctx, KindSubscription, after, limit)
	if err != nil {
		return Subscriptions{}, unshelved(err)
	}
	out := Subscriptions{Subscriptions: make([]Subscription, 0, len(papers))}
	for _, p := range papers {
		s, err := opened[subscription](p)
		if err != nil {
			return Subscriptions{}, err
		}
		out.Subscriptions = append(out.Subscriptions, s.Is.Subscription)
	}
	if len(papers) == limit {
		out.Next = papers[limit-1].ID
	}
	return out, nil
}
