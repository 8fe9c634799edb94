package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

const (
	maxName     = 40   // characters; 32 digits follow
	maxMetadata = 1000 // bytes of a subscription's
	mostMonths  = 10_000
)

type subscriptionRequest struct {
	Name        scalar `json:"name"`
	Amount      scalar `json:"amount"`
	Currency    scalar `json:"currency"`
	PaymentType scalar `json:"payment_type"`
	Token       scalar `json:"token"`
	Schedule    *struct {
		Interval *integer `json:"interval"`
		Unit     scalar   `json:"interval_unit"`
		Max      *integer `json:"max_interval"`
		Start    scalar   `json:"start_time"`
	} `json:"schedule"`
	Retry *struct {
		Interval integer  `json:"interval"`
		Unit     scalar   `json:"interval_unit"`
		Max      *integer `json:"max_interval"`
	} `json:"retry_schedule"`
	Metadata json.RawMessage `json:"metadata"`
	Customer json.RawMessage `json:"customer_details"`
	GoPay    struct {
		AccountID scalar `json:"account_id"`
	} `json:"gopay"`
}

// readSubscription takes the body of a request, or answers and reports false.
func (s *Sandbox) readSubscription(w http.ResponseWriter, r *http.Request) (q subscriptionRequest, ok bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil || len(body) > maxRequest || strings.TrimSpace(string(body)) == "null" || json.Unmarshal(body, &q) != nil {
		s.write(w, subscriptionSays(http.StatusBadRequest, "Bad request"))
		return q, false
	}
	for _, raw := range []*json.RawMessage{&q.Metadata, &q.Customer} {
		if string(*raw) == "null" {
			*raw = nil
		}
	}
	return q, true
}

// fill puts what q says into b and says what is wrong with it. A change only
// takes what can be changed.
func (q subscriptionRequest) fill(b *subscription, now time.Time, change bool) []string {
	var problems []string
	wrong := func(bad bool, text string) {
		if bad {
			problems = append(problems, "subscription."+text)
		}
	}
	b.Name, b.Token = string(q.Name), string(q.Token)
	wrong(q.Name == "", "name is required")
	wrong(len(q.Name) > maxName || q.Name != "" && len(q.Name) <= maxName && !midtrans.ValidOrderID(b.Name), "name is invalid")
	wrong(q.Currency == "", "currency is required")
	wrong(q.Currency != "" && q.Currency != "IDR", "currency is not supported")
	wrong(q.Token == "", "token is required")
	wrong(q.Amount == "", "amount is required")
	whole, parts, _ := strings.Cut(string(q.Amount), ".")
	amount, err := strconv.ParseInt(whole, 10, 64)
	b.Amount = amount
	wrong(q.Amount != "" && (err != nil || amount < 1 || amount > 99_999_999_999 || strings.Trim(parts, "0") != ""),
		"amount must be between 0.01 - 99999999999.00")
	switch {
	case change:
		wrong(q.PaymentType != "" && string(q.PaymentType) != b.PaymentType, "payment_type cannot be changed")
	default:
		b.PaymentType, b.Account = string(q.PaymentType), string(q.GoPay.AccountID)
		wrong(q.PaymentType == "", "payment_type is required")
		wrong(q.PaymentType != "" && b.PaymentType != paymentCard && b.PaymentType != midtrans.PaymentGoPay, "payment_type is not supported")
		wrong(b.PaymentType == midtrans.PaymentGoPay && b.Account == "", "gopay.account_id is required")
	}
	if len(q.Metadata) > 0 {
		b.Metadata = q.Metadata
	}
	if len(q.Customer) > 0 {
		b.Customer = q.Customer
	}
	wrong(len(b.Metadata) > maxMetadata || len(b.Metadata) > 0 && b.Metadata[0] != '{', "metadata is invalid")
	wrong(len(b.Customer) > 0 && b.Customer[0] != '{', "customer_details is invalid")
	q.schedule(b, now, change, wrong)
	q.retries(b, wrong)
	return problems
}

func (q subscriptionRequest) schedule(b *subscription, now time.Time, change bool, wrong func(bool, string)) {
	p := q.Schedule
	if p == nil {
		wrong(!change, "schedule is required")
		return
	}
	if p.Interval != nil {
		b.Interval = int(min(*p.Interval, mostMonths+1))
	}
	wrong(p.Interval == nil && !change, "schedule.interval is required")
	wrong(p.Interval != nil && (*p.Interval < 1 || *p.Interval > mostMonths), "schedule.interval is invalid")
	if !change {
		b.Unit = string(p.Unit)
		wrong(p.Unit == "", "schedule.interval_unit is required")
		wrong(p.Unit != "" && !slices.Contains([]string{"day", "week", "month"}, b.Unit), "schedule.interval_unit is invalid")
		if p.Max != nil {
			most := int(min(*p.Max, mostMonths))
			b.Max = &most
			wrong(*p.Max < 0, "schedule.max_interval is invalid")
		}
	}
	if p.Start != "" {
		start, ok := midtrans.ParseTime(string(p.Start))
		wrong(!ok, "schedule.start_time is invalid")
		// An update may repeat the start that was; only a new one counts.
		old := change && ok && start.Equal(b.Start)
		wrong(ok && !old && !start.After(now), "schedule.start_time must be in the future")
		if !old {
			b.Start, b.Next = start, start
		}
	}
}

func (q subscriptionRequest) retries(b *subscription, wrong func(bool, string)) {
	p := q.Retry
	if p == nil {
		return
	}
	most := integer(midtrans.MaxRetries)
	if p.Max != nil {
		most = *p.Max
	}
	b.Retry = &midtrans.Retry{Interval: int(min(p.Interval, mostMonths)), Unit: string(p.Unit), Max: int(min(most, midtrans.MaxRetries))}
	wrong(p.Interval < 1, "retry_schedule.interval is invalid")
	wrong(!slices.Contains([]string{"minute", "hour", "day"}, b.Retry.Unit), "retry_schedule.interval_unit is invalid")
	wrong(most < 0 || most > midtrans.MaxRetries, "retry_schedule.max_interval is invalid")
}

// createSubscription is POST /v1/subscriptions. The body is looked at before
// the Idempotency-Key.
func (s *Sandbox) createSubscription(w http.ResponseWriter, r *http.Request) {
	q, ok := s.readSubscription(w, r)
	if !ok {
		return
	}
	now := time.Now().Truncate(time.Second)
	b := subscription{Active: true, Created: now}
	if problems := q.fill(&b, now, false); len(problems) > 0 {
		s.write(w, invalidParameter(problems...))
		return
	}
	if b.Start.IsZero() {
		b.Start = now
		b.Start = b.after(now)
		b.Next = b.Start
	}
	s.perform(w, r, scene{order: b.Name, op: OpSubscription}, func() (reply, entry) {
		b.ID = s.ids.uuid()
		if problem := s.entitle(&b, now); problem != "" {
			return invalidParameter(problem), entry{}
		}
		return say(http.StatusOK, 200, b.object(inZone)), entry{Subscription: &b, Letters: s.tellSubscription(&b, b.told(s.merchant.id))}
	})
}

func invalidParameter(problems ...string) reply {
	return subscriptionSays(http.StatusBadRequest, "Invalid parameter.", problems...)
}

// entitle checks that the token of a GoPay subscription is good for charging
// its account; s.mu is held.
func (s *Sandbox) entitle(b *subscription, now time.Time) (problem string) {
	if b.PaymentType != midtrans.PaymentGoPay {
		return ""
	}
	a := s.accounts.byID[b.Account]
	if a == nil {
		return "subscription.gopay.account_id is invalid"
	}
	option, ok := s.optionOf(*a, b.Token, now)
	if !ok {
		return "subscription.token is invalid"
	}
	b.Option = option
	return ""
}

// updateSubscription is PATCH /v1/subscriptions/{id}.
func (s *Sandbox) updateSubscription(w http.ResponseWriter, r *http.Request) {
	q, ok := s.readSubscription(w, r)
	if !ok {
		return
	}
	now := time.Now()
	s.perform(w, r, s.sceneOf(r), func() (reply, entry) {
		kept, rep := s.subscription(r)
		if kept == nil {
			return rep, entry{}
		}
		b := *kept
		if problems := q.fill(&b, now, true); len(problems) > 0 {
			return invalidParameter(problems...), entry{}
		}
		if b.Token != kept.Token {
			if problem := s.entitle(&b, now); problem != "" {
				return invalidParameter(problem), entry{}
			}
		}
		if !b.Start.Equal(kept.Start) && !b.Over { // a new future revives it
			b.Active, b.Charges, b.Tries, b.RetryAt = true, 0, 0, time.Time{}
		}
		return rep, entry{Subscription: &b}
	})
}
