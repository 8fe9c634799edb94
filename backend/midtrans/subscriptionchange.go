package midtrans

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// subscriptionDone is the answer to a change: a sentence.
type subscriptionDone struct {
	Message string `json:"status_message"`
}

func (subscriptionDone) said() (int, string) { return http.StatusOK, "done" }

// UpdateSubscription changes name, amount, token, retries and the length of the
// interval; of the schedule nothing else can be changed, but a Start in the
// future revives a subscription that had ended. The provider uses what changed
// from the charge after the next one on. Repeating it is harmless.
func (c *Client) UpdateSubscription(ctx context.Context, id string, r SubscriptionRequest) error {
	const op = "update subscription"
	problems := r.check()
	if r.Token == "" {
		problems = append(problems, "token is missing: see Account.Option")
	}
	if r.Customer != nil || r.Metadata != nil || r.IdempotencyKey != "" {
		problems = append(problems, "customer, metadata and Idempotency-Key are not for updates")
	}
	if len(problems) > 0 {
		return unsent(op, problems...)
	}
	raw := r.raw()
	raw.PaymentType, raw.Schedule.Unit, raw.Schedule.Max = "", "", ""
	body, err := encode(op, raw)
	if err != nil {
		return err
	}
	return c.changeSubscription(ctx, call{op: op, method: http.MethodPatch, id: id, body: body}, "")
}

// DisableSubscription keeps the provider from charging until it is enabled
// again. A charge that failed already is still retried: see CancelSubscription.
func (c *Client) DisableSubscription(ctx context.Context, id string) error {
	return c.changeSubscription(ctx, call{op: "disable subscription", method: http.MethodPost, id: id}, "/disable")
}

// EnableSubscription lets the provider charge again.
func (c *Client) EnableSubscription(ctx context.Context, id string) error {
	return c.changeSubscription(ctx, call{op: "enable subscription", method: http.MethodPost, id: id}, "/enable")
}

// CancelSubscription ends the subscription and the retries that are due.
func (c *Client) CancelSubscription(ctx context.Context, id string) error {
	return c.changeSubscription(ctx, call{op: "cancel subscription", method: http.MethodPost, id: id}, "/cancel")
}

// changeSubscription sends q. All changes can be repeated: after an unknown
// outcome do that, or ask with Subscription.
func (c *Client) changeSubscription(ctx context.Context, q call, verb string) error {
	if err := checkID(q.op, q.id); err != nil {
		return err
	}
	q.path = "/v1/subscriptions/" + url.PathEscape(q.id) + verb
	_, err := exchange(ctx, c, q, judgeChange)
	return err
}

func judgeChange(q call, status int, body []byte) (subscriptionDone, error) {
	if err := plain(q, status, body); err != nil {
		return subscriptionDone{}, err
	}
	var got subscriptionDone
	if err := json.Unmarshal(body, &got); err != nil {
		return got, &UnknownError{Op: q.op, Err: err}
	}
	if got.Message == "" {
		return got, q.doubt("HTTP %d without a word about it", status)
	}
	return got, nil
}
