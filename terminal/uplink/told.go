package uplink

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// What a charge may say at most; anything beyond is not a charge.
const (
	maxName    = 64                  // bytes of a transaction id or of a reason's code
	maxExpiry  = 31 * 24 * time.Hour // either way from now
	maxWrong   = 1_000_000_000       // rupiah of a payment that is not what was asked
	maxSettled = 4_102_444_800_000   // Unix milliseconds: the year 2100
)

// fact is each of the backend's states in the till's words.
var fact = map[wire.State]terminal.Fact{
	wire.Asked:   terminal.FactAsked,
	wire.Pending: terminal.FactPending,
	wire.Settled: terminal.FactSettled,
	// The till itself compares what was paid, and raises the alarm.
	wire.Mismatched: terminal.FactSettled,
	wire.Cancelled:  terminal.FactCancelled,
	wire.Expired:    terminal.FactExpired,
	wire.Denied:     terminal.FactDenied,
}

// greeting reads the answer to a hello.
func (l *Link) greeting(r reply) (terminal.Event, error) {
	if err := r.refused(); err != nil {
		var no *wire.Error
		if errors.As(err, &no) && no.Code == wire.NotFound {
			return nil, &failure{terminal.TroubleRefused, no} // no such device there
		}
		return nil, err
	}
	var h wire.Hello
	if err := r.decode(&h); err != nil {
		return nil, err
	}
	if h.Device != l.Device || h.Next < 1 || h.Next > terminal.MaxOrders+1 || h.Latest < 0 || !isEpoch(h.Epoch) {
		return nil, nonsense("greeting for %.32q, next order %d, newest news %d", h.Device, h.Next, h.Latest)
	}
	l.streams.Store(h.Stream)
	return terminal.Greeted{Next: h.Next, Latest: h.Latest, Epoch: h.Epoch, Sandbox: h.Sandbox, Confirm: confirm(h)}, nil
}

// told reads the answer to a question about an order.
func told(c terminal.Call, r reply) (terminal.Event, error) {
	if err := r.refused(); err != nil {
		var no *wire.Error
		if !errors.As(err, &no) {
			return nil, err
		}
		switch {
		case no.Code == wire.NotFound && c.Verb == terminal.Ask:
			return terminal.Told{Order: c.Order, Call: c.Verb, Fact: terminal.FactUnknown}, nil
		case (no.Code == wire.OrderConflict || no.Code == wire.OrderTaken) && c.Verb != terminal.Ask:
			return terminal.Told{Order: c.Order, Call: c.Verb, Fact: terminal.FactTaken}, nil
		}
		return nil, err
	}
	var w wire.Charge
	if err := r.decode(&w); err != nil {
		return nil, err
	}
	if w.OrderID != string(c.Order) {
		return nil, nonsense("asked about %s, told about %.48q", c.Order, w.OrderID)
	}
	t, err := charge(w)
	if err != nil {
		return nil, err
	}
	t.Call = c.Verb
	return t, nil
}

// charge is the backend's word on a charge as the till's event, if it can be
// one. Whether the amounts are those of the sale is for the till to judge:
// another one is an alarm, not a fault of the line.
func charge(w wire.Charge) (terminal.Told, error) {
	f, ok := fact[w.State]
	expires := time.Duration(w.ExpiresIn) * time.Millisecond
	switch {
	case !ok:
		return terminal.Told{}, nonsense("charge %.48q is %.32q", w.OrderID, w.State)
	case w.Amount < 1 || w.Amount > wire.MaxAmount:
		return terminal.Told{}, nonsense("charge %.48q is over Rp %d", w.OrderID, w.Amount)
	case len(w.VerifyURL) > wire.MaxURL:
		return terminal.Told{}, nonsense("charge %.48q wants a PIN at a page of %d characters", w.OrderID, len(w.VerifyURL))
	case len(w.TransactionID) > maxName:
		return terminal.Told{}, nonsense("charge %.48q has a transaction id of %d characters", w.OrderID, len(w.TransactionID))
	case w.ExpiresIn > maxExpiry.Milliseconds() || w.ExpiresIn < -maxExpiry.Milliseconds():
		return terminal.Told{}, nonsense("charge %.48q ends in %d ms", w.OrderID, w.ExpiresIn)
	case w.State == wire.Mismatched && (w.Paid == w.Amount || w.Paid < 1 || w.Paid > maxWrong):
		// A payment over the limit of QRIS is still one that a person must see.
		return terminal.Told{}, nonsense("charge %.48q of Rp %d is mismatched with Rp %d", w.OrderID, w.Amount, w.Paid)
	case w.State == wire.Settled && (w.Paid < 1 || w.Paid > wire.MaxAmount):
		return terminal.Told{}, nonsense("charge %.48q is settled with Rp %d", w.OrderID, w.Paid)
	}
	t := terminal.Told{
		Order: terminal.OrderID(w.OrderID), Fact: f, Amount: terminal.Rupiah(w.Amount), Transaction: w.TransactionID,
	}
	switch w.State {
	case wire.Pending:
		t.QR, t.Verify, t.ExpiresIn = w.QR, w.VerifyURL, expires
	case wire.Settled, wire.Mismatched:
		t.Paid, t.Issuer = terminal.Rupiah(w.Paid), clip(w.Issuer)
		if w.SettledAt > 0 && w.SettledAt < maxSettled {
			t.SettledAt = time.UnixMilli(w.SettledAt)
		}
	case wire.Denied:
		t.Reason = wire.ReasonRejected
		if w.Reason != nil && w.Reason.Code != "" {
			t.Reason, t.Retry = clip(w.Reason.Code), w.Reason.Retry
		}
	}
	return t, nil
}

// clip shortens a name that is only for people to read.
func clip(s string) string {
	if len(s) <= maxName {
		return s
	}
	return strings.ToValidUTF8(s[:maxName], "")
}

// decode reads a body that says it is JSON, and nothing after it.
func (r reply) decode(into any) error {
	if !r.json {
		return nonsense("status %d with an answer that is not JSON", r.status)
	}
	if err := json.Unmarshal(r.body, into); err != nil {
		// The error may quote the answer, but no more of it than a word.
		return nonsense("status %d: decode answer: %w", r.status, err)
	}
	return nil
}

// refused is the backend's refusal as a failure around a *wire.Error; nil when
// it answered. A refusal counts as the backend's own only in the backend's
// words and under the status that belongs to them: proxies and captive portals
// also say 403 and 404.
func (r reply) refused() error {
	switch {
	case r.status == http.StatusOK || r.status == http.StatusCreated:
		return nil
	case r.status == http.StatusNetworkAuthenticationRequired:
		return nonsense("status 511: the network wants somebody to sign in")
	}
	no := new(wire.Error)
	ours := r.decode(no) == nil && no.Code != "" && wire.Status(no.Code) == r.status
	if len(no.Message) > 256 {
		no.Message = no.Message[:256]
	}
	switch {
	case ours && (no.Code == wire.Unauthorized || no.Code == wire.Forbidden || no.Code == wire.Revoked):
		return &failure{terminal.TroubleRefused, no}
	case ours && no.Code == wire.Quarantined:
		return &failure{terminal.TroubleHeld, no}
	case ours:
		return &failure{terminal.TroubleBackend, no}
	case r.status >= 500 || r.status == http.StatusTooManyRequests:
		// What stands before the backend says that it cannot, in words of its own.
		return &failure{terminal.TroubleBackend, fmt.Errorf("status %d", r.status)}
	}
	return nonsense("status %d, and not in the backend's words", r.status)
}
