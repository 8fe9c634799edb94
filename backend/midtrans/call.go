package midtrans

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// call is one request to the provider.
type call struct {
	op     string // charge, status, cancel, expire, create account, ...
	method string
	app    bool // to the host of Snap instead of the API's
	path   string
	id     string // what the answer must be about; it goes into the log
	person bool   // it is about somebody's wallet, whose number an answer may repeat
	header http.Header
	body   []byte
}

// answer is what a log line wants to know of one: a code and a state.
type answer interface {
	said() (code int, state string)
}

func (t Transaction) said() (int, string) { return t.StatusCode, t.Status }

// do sends q and makes one of the three outcomes of whatever comes back.
func (c *Client) do(ctx context.Context, q call) (Transaction, error) {
	return exchange(ctx, c, q, judge)
}

// exchange sends q and lets judge make one of the three outcomes of the HTTP
// status and the body that came back.
func exchange[T answer](ctx context.Context, c *Client, q call, judge func(call, int, []byte) (T, error)) (T, error) {
	start := time.Now()
	status, body, err := c.send(ctx, q)
	var got T
	if err != nil {
		err = &UnknownError{Op: q.op, Err: err}
	} else {
		got, err = judge(q, status, body)
		if doubt, ok := errors.AsType[*UnknownError](err); ok {
			doubt.Answered = isObject(body) && json.Valid(body) && status != http.StatusAccepted
		}
	}
	line := []any{"op", q.op, "id", q.id, "http", status, "took", time.Since(start).Round(time.Millisecond)}
	var refused *APIError
	switch {
	case err == nil:
		code, state := got.said()
		c.log.DebugContext(ctx, "provider answered", append(line, "code", code, "status", state)...)
	case errors.As(err, &refused):
		c.log.InfoContext(ctx, "provider refused", append(line, "code", refused.Code, "message", clip(refused.Message))...)
	default:
		c.log.WarnContext(ctx, "provider outcome unknown", append(line, "error", clip(err.Error()))...)
	}
	return got, err
}

// clip bounds what a stranger's sentence may take of a log line.
func clip(s string) string {
	const most = 200
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// send gives the HTTP status and the whole bounded body, or why there is none.
func (c *Client) send(ctx context.Context, q call) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var body io.Reader
	if q.body != nil {
		body = bytes.NewReader(q.body)
	}
	base := c.base
	if q.app {
		base = c.app
	}
	req, err := http.NewRequestWithContext(ctx, q.method, base+q.path, body)
	if err != nil {
		return 0, nil, fmt.Errorf("make request: %w", err)
	}
	for name, values := range q.header {
		req.Header[name] = values
	}
	req.Header.Set("Authorization", *c.auth.Load())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "kasir")
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		// Without the address around it, which may name a customer.
		if where, ok := errors.AsType[*url.Error](err); ok {
			err = where.Err
		}
		return 0, nil, err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, maxResponse+1))
	if err != nil {
		return res.StatusCode, nil, fmt.Errorf("read answer: %w", err)
	}
	if len(got) > maxResponse {
		return res.StatusCode, nil, fmt.Errorf("read answer: more than %d bytes", maxResponse)
	}
	return res.StatusCode, got, nil
}

// judge applies the table in the package's documentation to an answer about a
// transaction.
func judge(q call, status int, body []byte) (Transaction, error) {
	if _, _, err := verdict(q, status, body, 200, 201, 202, 407); err != nil {
		return Transaction{}, err
	}
	return answered(q, status, body)
}

// answered reads a transaction and makes sure that it is the one we asked about.
func answered(q call, status int, body []byte) (Transaction, error) {
	t, err := readTransaction(body)
	if err != nil {
		return Transaction{}, &UnknownError{Op: q.op, Err: err}
	}
	denied := q.op == "charge" && t.StatusCode == 202 && status != http.StatusAccepted
	if t.Status == "" && denied {
		t.Status = StatusDeny // rejected by fraud detection: no state, but a clear word
	}
	denied = denied && t.Status == StatusDeny // another state needs an id to be ours
	var problem string
	switch {
	case t.Status == "" && status == http.StatusAccepted:
		problem = "the first request with this Idempotency-Key is still running"
	case t.Status == "":
		problem = "an answer without a transaction status"
	case t.OrderID == "" && t.TransactionID == "" && !denied:
		problem = "an answer without an id"
	case t.OrderID != q.id && t.TransactionID != q.id && !(denied && t.OrderID == ""):
		problem = fmt.Sprintf("an answer about order %.60q", t.OrderID)
	default:
		return t, nil
	}
	return Transaction{}, &UnknownError{Op: q.op, Err: fmt.Errorf("HTTP %d, status code %d: %s", status, t.StatusCode, problem)}
}
