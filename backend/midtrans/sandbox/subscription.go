package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

const (
	maxSubscriptions = 10_000 // the oldest inactive ones are forgotten beyond it
	maxListed        = 100    // of the transaction ids that one shows
	paymentCard      = "credit_card"
)

// subscription is a wallet, or a card, that the provider charges by itself.
type subscription struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Amount       int64           `json:"amount"` // rupiah
	PaymentType  string          `json:"payment_type"`
	Token        string          `json:"token"`
	Option       string          `json:"option,omitempty"` // that the token named
	Account      string          `json:"account,omitempty"`
	Active       bool            `json:"active,omitempty"`
	Over         bool            `json:"over,omitempty"` // cancelled: it cannot be enabled again
	Created      time.Time       `json:"created"`
	Start        time.Time       `json:"start"`
	Interval     int             `json:"interval"`
	Unit         string          `json:"unit"`
	Max          *int            `json:"max,omitempty"`
	Previous     time.Time       `json:"previous,omitzero"`
	Next         time.Time       `json:"next,omitzero"`
	Charges      int             `json:"charges,omitempty"` // intervals that have passed
	Retry        *midtrans.Retry `json:"retry,omitempty"`
	Tries        int             `json:"tries,omitempty"`   // again, of the charge that failed
	RetryAt      time.Time       `json:"retry_at,omitzero"` // zero: none is due
	Metadata     json.RawMessage `json:"metadata,omitempty"`
	Customer     json.RawMessage `json:"customer,omitempty"`
	Transactions []string        `json:"transactions,omitempty"`
}

// due is when something has to be done about it; false for nothing.
func (b *subscription) due() (time.Time, bool) {
	switch {
	case !b.RetryAt.IsZero():
		return b.RetryAt, true
	case b.Active && !b.Next.IsZero():
		return b.Next, true
	}
	return time.Time{}, false
}

// after is the charge that follows one at t.
func (b *subscription) after(t time.Time) time.Time {
	t = t.In(midtrans.Zone)
	switch b.Unit {
	case "week":
		return t.AddDate(0, 0, 7*b.Interval)
	case "month": // counted from the start, so that the 31st comes back after February
		months := b.Interval * (b.Charges + 1)
		s := b.Start.In(midtrans.Zone)
		first := time.Date(s.Year(), s.Month()+time.Month(months), 1, s.Hour(), s.Minute(), s.Second(), 0, midtrans.Zone)
		last := first.AddDate(0, 1, -1).Day()
		return first.AddDate(0, 0, min(s.Day(), last)-1)
	}
	return t.AddDate(0, 0, b.Interval)
}

// done reports whether it has had all its charges.
func (b *subscription) done() bool { return b.Max != nil && b.Charges >= max(*b.Max, 1) }

// subscriptions holds them.
type subscriptions struct {
	all  []*subscription // oldest first
	byID map[string]*subscription
}

func (l *subscriptions) put(b subscription) {
	if old := l.byID[b.ID]; old != nil {
		*old = b
		return
	}
	l.all = append(l.all, &b)
	l.byID[b.ID] = &b
	if len(l.all) > maxSubscriptions {
		oldest := max(0, slices.IndexFunc(l.all, func(b *subscription) bool { return !b.Active }))
		delete(l.byID, l.all[oldest].ID)
		l.all = slices.Delete(l.all, oldest, oldest+1)
	}
}

func (l *subscriptions) next() (time.Time, bool) {
	var first time.Time
	for _, b := range l.all {
		if at, ok := b.due(); ok && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first, !first.IsZero()
}

// subscribed is the subscription's object. Notifications write times in UTC,
// answers in GMT+7.
type subscribed struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	Amount       string            `json:"amount"`
	Currency     string            `json:"currency"`
	CreatedAt    string            `json:"created_at,omitempty"`
	Schedule     scheduled         `json:"schedule"`
	Retry        *midtrans.Retry   `json:"retry_schedule,omitempty"`
	Status       string            `json:"status"`
	Token        string            `json:"token"`
	PaymentType  string            `json:"payment_type"`
	MerchantID   string            `json:"merchant_id,omitempty"`
	Transactions []string          `json:"transaction_ids,omitempty"`
	Metadata     json.RawMessage   `json:"metadata,omitempty"`
	Customer     json.RawMessage   `json:"customer_details,omitempty"`
	GoPay        map[string]string `json:"gopay,omitempty"`
}

type scheduled struct {
	Interval int    `json:"interval"`
	Unit     string `json:"interval_unit"`
	Max      *int   `json:"max_interval,omitempty"`
	Current  int    `json:"current_interval"`
	Start    string `json:"start_time"`
	Previous string `json:"previous_execution_at,omitempty"`
	Next     string `json:"next_execution_at,omitempty"`
}

func (b *subscription) object(stamp func(time.Time) string) subscribed {
	d := subscribed{
		ID: b.ID, Name: b.Name, Amount: strconv.FormatInt(b.Amount, 10), Currency: "IDR", CreatedAt: stamp(b.Created),
		Schedule: scheduled{
			Interval: b.Interval, Unit: b.Unit, Max: b.Max, Current: b.Charges,
			Start: stamp(b.Start), Previous: stamp(b.Previous), Next: stamp(b.Next),
		},
		Retry: b.Retry, Status: midtrans.SubscriptionInactive, Token: b.Token, PaymentType: b.PaymentType,
		Transactions: b.Transactions, Metadata: b.Metadata, Customer: b.Customer,
	}
	if b.Active {
		d.Status = midtrans.SubscriptionActive
	}
	if b.Account != "" {
		d.GoPay = map[string]string{"account_id": b.Account}
	}
	return d
}

// inZone and inUTC are the two ways to write a moment; the zero one is nothing.
func inZone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return midtrans.FormatTime(t)
}

func inUTC(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// subscriptionSays is an answer that is a sentence, with a real HTTP status.
func subscriptionSays(http int, text string, validation ...string) reply {
	return say(http, http, struct {
		Message    string   `json:"status_message"`
		Validation []string `json:"validation_messages,omitempty"`
	}{text, validation})
}

const noSubscription = "Subscription doesn't exist."

// subscription finds the subscription of a request for one; s.mu is held.
func (s *Sandbox) subscription(r *http.Request) (*subscription, reply) {
	b := s.subscriptions.byID[r.PathValue("id")]
	if b == nil {
		return nil, subscriptionSays(http.StatusNotFound, noSubscription)
	}
	return b, subscriptionSays(http.StatusOK, "Subscription is updated.")
}

// sceneOf is where a call about a subscription takes place.
func (s *Sandbox) sceneOf(r *http.Request) scene {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.subscriptions.byID[r.PathValue("id")]; b != nil {
		return scene{order: b.Name, op: OpSubscription}
	}
	return scene{op: OpSubscription}
}

// oneSubscription is GET and PATCH /v1/subscriptions/{id}.
func (s *Sandbox) oneSubscription(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPatch {
		s.updateSubscription(w, r)
		return
	}
	s.perform(w, r, s.sceneOf(r), func() (reply, entry) {
		b, rep := s.subscription(r)
		if b != nil {
			rep = say(http.StatusOK, 200, b.object(inZone))
		}
		return rep, entry{}
	})
}

// switchSubscription is POST /v1/subscriptions/{id}/disable, enable and cancel.
func (s *Sandbox) switchSubscription(w http.ResponseWriter, r *http.Request) {
	verb := r.PathValue("verb")
	if !slices.Contains([]string{"disable", "enable", "cancel"}, verb) {
		http.NotFound(w, r)
		return
	}
	s.perform(w, r, s.sceneOf(r), func() (reply, entry) {
		kept, rep := s.subscription(r)
		if kept == nil {
			return rep, entry{}
		}
		b := *kept
		switch {
		case verb == "disable":
			b.Active = false // a charge that failed is still retried
		case verb == "cancel":
			b.Active, b.Over, b.RetryAt, b.Tries, b.Next = false, true, time.Time{}, 0, time.Time{}
		case b.Over || b.done():
			return subscriptionSays(http.StatusBadRequest, "Subscription cannot be updated."), entry{}
		default:
			b.Active = true
			b.catchUp(time.Now())
		}
		return rep, entry{Subscription: &b}
	})
}

// catchUp finds the next charge after now, skipping those that were missed.
func (b *subscription) catchUp(now time.Time) {
	if b.Next.IsZero() {
		b.Next = b.Start
	}
	for range 100_000 { // a charge a day since the provider exists is a tenth of it
		if b.Next.After(now) {
			return
		}
		next := b.after(b.Next)
		if b.Unit == "month" && !next.After(b.Next) {
			next = b.Next.AddDate(0, b.Interval, 0)
		}
		b.Next = next
	}
}

// orderID is what a charge of the subscription is called: its name and 32
// digits that nothing else has.
func (s *Sandbox) orderID(b *subscription) string {
	var digits strings.Builder
	for digits.Len() < 32 {
		digits.WriteByte('0' + byte(s.ids.rand.IntN(10)))
	}
	return b.Name + digits.String()
}
