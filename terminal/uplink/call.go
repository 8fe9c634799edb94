package uplink

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// patience is how long a call may take from the moment it was made. What makes
// or ends something waits for the provider behind the backend.
func patience(v terminal.Verb) time.Duration {
	switch v {
	case terminal.Hello:
		return 5 * time.Second
	case terminal.Ask, terminal.AskLink, terminal.FindCustomer:
		return 8 * time.Second
	}
	return 15 * time.Second
}

// work answers calls, one after the other.
func (l *Link) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-l.jobs:
			l.do(ctx, j)
		}
	}
}

// do answers one call.
func (l *Link) do(ctx context.Context, j job) {
	began := time.Now()
	e, err := l.answer(ctx, j)
	if ctx.Err() != nil {
		return // the trouble is our own going; nobody needs to hear of it
	}
	trouble := troubleOf(err)
	l.Log.Debug("call", "verb", j.Verb.String(), "order", string(j.Order), "trouble", string(trouble),
		"fact", factOf(e), "took", time.Since(began), "waited", began.Sub(j.at), "err", err)
	l.keep(e)
	if !l.tell(ctx, e, trouble) {
		return
	}
	if trouble == terminal.NoTrouble {
		select {
		case l.works <- struct{}{}:
		default:
		}
	}
	if g, ok := e.(terminal.Greeted); ok && trouble == terminal.NoTrouble {
		// After the till has it: news must not overtake the greeting.
		select {
		case l.greeted <- g:
		default:
		}
	}
}

func factOf(e terminal.Event) string {
	switch e := e.(type) {
	case terminal.Told:
		return string(e.Fact)
	case terminal.LinkTold:
		return string(e.State)
	case terminal.Found:
		return string(e.State)
	}
	return ""
}

// silent is the answer to a call that got none.
func silent(c terminal.Call, t terminal.Trouble) terminal.Event {
	switch {
	case c.Verb == terminal.Hello:
		return terminal.Greeted{Trouble: t}
	case aboutLink(c.Verb):
		return terminal.LinkTold{Order: c.Order, Call: c.Verb, Trouble: t}
	case aboutCustomer(c.Verb):
		return terminal.Found{Call: c.Verb, Ticket: c.Ticket, Customer: c.Customer, Trouble: t}
	}
	return terminal.Told{Order: c.Order, Call: c.Verb, Trouble: t}
}

// answer is the one event that answers a call, whatever happens on the way.
func (l *Link) answer(ctx context.Context, j job) (e terminal.Event, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = l.panicked(p)
		}
		if err != nil {
			e = silent(j.Call, troubleOf(err))
		}
	}()
	ctx, cancel := context.WithDeadline(ctx, j.at.Add(patience(j.Verb)))
	defer cancel()
	q, err := l.question(j.Call)
	if err != nil {
		return nil, err
	}
	r, err := l.exchange(ctx, q)
	if err != nil {
		return nil, err
	}
	switch {
	case j.Verb == terminal.Hello:
		return l.greeting(r)
	case aboutWallet(j.Verb):
		return walletTold(j.Call, r)
	}
	return told(j.Call, r)
}

// panicked makes a panic under a request an answer like any other unreadable
// one. What it says may quote the answer, so only its type and place are told.
func (l *Link) panicked(p any) error {
	l.Log.Error("answer could not be read", "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
	return nonsense("panic while reading")
}

// say adds what this device says of itself. What its clock shows is wrong as long
// as nothing has set it; the owner sees by how much.
func (l *Link) say(v url.Values) {
	if l.Says == nil {
		return
	}
	s := l.Says()
	for name, word := range map[string]string{"version": s.Version, "board": s.Board} {
		if word != "" {
			v.Set(name, word)
		}
	}
	v.Set("unsent", strconv.Itoa(max(0, s.Unsent)))
	if now := time.Now().UnixMilli(); now > 0 {
		v.Set("clock", strconv.FormatInt(now, 10))
	}
}

// question is a call as a request.
func (l *Link) question(c terminal.Call) (question, error) {
	q := question{method: http.MethodGet, limit: wire.MaxBody}
	if c.Verb == terminal.Hello {
		q.url = l.Base.JoinPath("v1", "devices", url.PathEscape(l.Device))
		if l.Journal != "" { // a probe has none, and is told no secret
			v := url.Values{"journal": {l.Journal}}
			if l.Rows != nil {
				v.Set("rows", strconv.FormatInt(l.Rows(), 10))
			}
			l.say(v)
			q.url.RawQuery = v.Encode()
		}
		return q, nil
	}
	if aboutWallet(c.Verb) {
		return l.walletQuestion(c)
	}
	q.url = l.Base.JoinPath("v1", "charges", url.PathEscape(string(c.Order)))
	switch c.Verb {
	case terminal.Ask:
		if c.Paid {
			q.url.RawQuery = url.Values{"settled": {"1"}}.Encode()
		}
	case terminal.Open:
		body, err := json.Marshal(wire.Open{Amount: int64(c.Amount), Journal: cmp.Or(c.Journal, l.Journal), Customer: c.Customer})
		if err != nil {
			return question{}, fmt.Errorf("encode open of %s: %w", c.Order, err)
		}
		q.method, q.body = http.MethodPut, body
	case terminal.LetGo:
		q.method = http.MethodDelete
		q.url.RawQuery = url.Values{
			"amount": {strconv.FormatInt(int64(c.Amount), 10)}, "journal": {cmp.Or(c.Journal, l.Journal)},
		}.Encode()
	default:
		return question{}, nonsense("no such question: verb %d", c.Verb)
	}
	return q, nil
}
