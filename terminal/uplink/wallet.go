package uplink

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// What a wallet may say at most; anything beyond is not one.
const (
	maxCustomer = 36 // characters of a customer's name
	maxMask     = 24 // characters of a masked number
	maxShown    = 4  // digits that a mask may leave
)

var linkState = map[wire.LinkState]terminal.LinkState{
	wire.LinkAsked:   terminal.LinkAsked,
	wire.LinkWaiting: terminal.LinkWaiting,
	wire.LinkDone:    terminal.LinkDone,
	wire.LinkExpired: terminal.LinkExpired,
	wire.LinkFailed:  terminal.LinkFailed,
}

var customerState = map[wire.CustomerState]terminal.CustomerState{
	wire.CustomerLinked:    terminal.CustomerLinked,
	wire.CustomerUnlinking: terminal.CustomerUnlinking,
	wire.CustomerUnlinked:  terminal.CustomerUnlinked,
}

// aboutWallet reports a question that is answered with a LinkTold or a Found.
func aboutWallet(v terminal.Verb) bool { return aboutLink(v) || aboutCustomer(v) }

func aboutLink(v terminal.Verb) bool { return v == terminal.LinkUp || v == terminal.AskLink }

func aboutCustomer(v terminal.Verb) bool { return v == terminal.FindCustomer || v == terminal.Unlink }

// walletQuestion is a call about a wallet as a request. The telephone number
// travels in a body: addresses are written into logs.
func (l *Link) walletQuestion(c terminal.Call) (q question, err error) {
	q = question{method: http.MethodGet, limit: wire.MaxBody}
	switch c.Verb {
	case terminal.LinkUp:
		q.method, q.url = http.MethodPut, l.Base.JoinPath("v1", "links", url.PathEscape(string(c.Order)))
		q.body, err = json.Marshal(wire.LinkOpen{Phone: c.Phone, Journal: l.Journal})
	case terminal.AskLink:
		q.url = l.Base.JoinPath("v1", "links", url.PathEscape(string(c.Order)))
	case terminal.FindCustomer:
		q.method, q.url = http.MethodPost, l.Base.JoinPath("v1", "customers")
		q.body, err = json.Marshal(wire.Find{Phone: c.Phone})
	case terminal.Unlink:
		q.method, q.url = http.MethodDelete, l.Base.JoinPath("v1", "customers", url.PathEscape(c.Customer))
	}
	return q, err
}

// walletTold reads the answer to a question about a wallet.
func walletTold(c terminal.Call, r reply) (terminal.Event, error) {
	if aboutLink(c.Verb) {
		return linkTold(c, r)
	}
	return found(c, r)
}

// codeOf is the backend's word in a refusal; "" when it is not the backend's.
func codeOf(err error) string {
	var no *wire.Error
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}

func linkTold(c terminal.Call, r reply) (terminal.Event, error) {
	t := terminal.LinkTold{Order: c.Order, Call: c.Verb}
	if err := r.refused(); err != nil {
		code, up := codeOf(err), c.Verb == terminal.LinkUp
		switch {
		case code == wire.NotFound && !up:
			t.State = terminal.LinkUnknown
		case up && (code == wire.OrderConflict || code == wire.OrderTaken):
			t.State = terminal.LinkTaken
		case up && code == wire.BadRequest:
			t.State, t.Reason = terminal.LinkFailed, terminal.CodePhone
		case up && code == wire.TooMany:
			t.State, t.Reason, t.Retry = terminal.LinkFailed, wire.ReasonLimit, true
		default:
			return nil, err
		}
		return t, nil
	}
	var w wire.Link
	if err := r.decode(&w); err != nil {
		return nil, err
	}
	if err := checkLink(c, w); err != nil {
		return nil, err
	}
	t.State, t.Masked = linkState[w.State], w.Phone
	switch w.State {
	case wire.LinkWaiting:
		t.URL, t.ExpiresIn = w.URL, time.Duration(w.ExpiresIn)*time.Millisecond
	case wire.LinkDone:
		t.Customer = w.Customer
	case wire.LinkFailed:
		t.Reason = wire.ReasonRejected
		if w.Reason != nil && w.Reason.Code != "" {
			t.Reason, t.Retry = clip(w.Reason.Code), w.Reason.Retry
		}
	}
	return t, nil
}

// checkLink says why an answer cannot be about the attempt. Whether its page
// may be drawn is for the till to judge: another one is an alarm, not a fault
// of the line.
func checkLink(c terminal.Call, w wire.Link) error {
	_, known := linkState[w.State]
	switch {
	case w.LinkID != string(c.Order):
		return nonsense("asked about link %s, told about %.48q", c.Order, w.LinkID)
	case !known:
		return nonsense("link %s is %.32q", c.Order, w.State)
	case !masked(w.Phone):
		return nonsense("link %s comes with a number that is not masked", c.Order)
	case w.State == wire.LinkDone && !customer(w.Customer):
		return nonsense("link %s is done for customer %.48q", c.Order, w.Customer)
	case w.State == wire.LinkWaiting && (w.URL == "" || len(w.URL) > wire.MaxURL):
		return nonsense("link %s waits at a page of %d characters", c.Order, len(w.URL))
	case w.ExpiresIn > maxExpiry.Milliseconds() || w.ExpiresIn < -maxExpiry.Milliseconds():
		return nonsense("link %s ends in %d ms", c.Order, w.ExpiresIn)
	}
	return nil
}

func found(c terminal.Call, r reply) (terminal.Event, error) {
	f := terminal.Found{Call: c.Verb, Ticket: c.Ticket, Customer: c.Customer}
	if err := r.refused(); err != nil {
		code, find := codeOf(err), c.Verb == terminal.FindCustomer
		switch {
		case code == wire.NotFound:
			f.State = terminal.CustomerNone
		case find && code == wire.BadRequest:
			f.State, f.Reason = terminal.CustomerRefused, terminal.CodePhone
		case find && code == wire.TooMany:
			f.State, f.Reason = terminal.CustomerRefused, wire.ReasonLimit
		default:
			return nil, err
		}
		return f, nil
	}
	var w wire.Customer
	if err := r.decode(&w); err != nil {
		return nil, err
	}
	state, known := customerState[w.State]
	switch {
	case !customer(w.ID) || c.Verb == terminal.Unlink && w.ID != c.Customer:
		return nil, nonsense("asked about a customer, told about %.48q", w.ID)
	case !known:
		return nil, nonsense("customer is %.32q", w.State)
	case !masked(w.Phone):
		return nil, nonsense("customer comes with a number that is not masked")
	}
	f.State, f.Customer, f.Masked = state, w.ID, w.Phone
	return f, nil
}

// masked reports a number of which no more is left than may be shown.
func masked(s string) bool {
	shown := 0
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
		if c >= '0' && c <= '9' {
			shown++
		}
	}
	return len(s) <= maxMask && shown <= maxShown
}

// customer reports a name that the backend may give somebody.
func customer(s string) bool {
	for _, c := range []byte(s) {
		plain := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
		if !plain {
			return false
		}
	}
	return s != "" && len(s) <= maxCustomer
}
