package midtrans

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// call is one request to the provider.
type call struct {
	op     string // charge, status, cancel, expire
	method string
	path   string
	id     string // order or transaction id the answer must be about
	header http.Header
	body   []byte
}

// do sends q and makes one of the three outcomes of whatever comes back.
func (c *Client) do(ctx context.Context, q call) (Transaction, error) {
	start := time.Now()
	status, body, err := c.send(ctx, q)
	var t Transaction
	if err != nil {
		err = &UnknownError{Op: q.op, Err: err}
	} else {
		t, err = judge(q, status, body)
	}
	line := []any{"op", q.op, "id", q.id, "http", status, "took", time.Since(start).Round(time.Millisecond)}
	var refused *APIError
	switch {
	case err == nil:
		c.log.DebugContext(ctx, "provider answered", append(line, "code", t.StatusCode, "status", t.Status)...)
	case errors.As(err, &refused):
		c.log.InfoContext(ctx, "provider refused", append(line, "code", refused.Code, "message", clip(refused.Message))...)
	default:
		c.log.WarnContext(ctx, "provider outcome unknown", append(line, "error", clip(err.Error()))...)
	}
	return t, err
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
	req, err := http.NewRequestWithContext(ctx, q.method, c.base+q.path, body)
	if err != nil {
		return 0, nil, fmt.Errorf("make request: %w", err)
	}
	for name, values := range q.header {
		req.Header[name] = values
	}
	req.Header.Set("Authorization", c.auth)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "kasir")
	if q.method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
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

// refusal is an answer that is not a transaction.
type refusal struct {
	StatusCode    loose           `json:"status_code"`
	StatusMessage loose           `json:"status_message"`
	ID            loose           `json:"id"`
	Validation    json.RawMessage `json:"validation_messages"`
	ChannelCode   loose           `json:"channel_response_code"`
	Errors        json.RawMessage `json:"error_messages"`
}

// judge applies the table in the package's documentation.
func judge(q call, status int, body []byte) (Transaction, error) {
	unknown := func(format string, args ...any) (Transaction, error) {
		return Transaction{}, &UnknownError{Op: q.op, Err: fmt.Errorf(format, args...)}
	}
	var r refusal
	var reading error
	if isObject(body) {
		reading = json.Unmarshal(body, &r)
	} else {
		reading = errors.New("not a JSON object")
	}
	if status == http.StatusTooManyRequests && r.StatusCode == "" {
		return Transaction{}, r.refused(status, status)
	}
	if reading != nil {
		return unknown("HTTP %d: %w", status, reading)
	}
	if r.StatusCode == "" {
		if certainHTTP[status] {
			return Transaction{}, r.refused(status, status)
		}
		return unknown("HTTP %d without a status code in the body", status)
	}
	code, err := strconv.Atoi(string(r.StatusCode))
	switch {
	case err != nil:
		return unknown("HTTP %d: status code %.20q is not a number", status, string(r.StatusCode))
	case code == 200, code == 201, code == 202, code == 407:
		return answered(q, status, body)
	case code >= 400 && code < 500 && r.ChannelCode != channelTrouble:
		return Transaction{}, r.refused(code, status)
	}
	return unknown("HTTP %d, status code %d: %s", status, code, clip(string(r.StatusMessage)))
}

// certainHTTP are the refusals one can believe of a body that says nothing.
var certainHTTP = map[int]bool{400: true, 401: true, 402: true, 403: true, 405: true, 413: true, 415: true}

func (r *refusal) refused(code, status int) *APIError {
	e := &APIError{Code: code, HTTP: status, Message: string(r.StatusMessage), ChannelCode: string(r.ChannelCode), RequestID: string(r.ID)}
	for _, list := range []json.RawMessage{r.Validation, r.Errors} {
		var texts []string
		if json.Unmarshal(list, &texts) == nil {
			e.Validation = append(e.Validation, texts...)
		}
	}
	if e.Message == "" {
		e.Message = http.StatusText(status)
	}
	return e
}

// answered reads a transaction and makes sure that it is the one we asked about.
func answered(q call, status int, body []byte) (Transaction, error) {
	var t Transaction
	if err := json.Unmarshal(body, &t); err != nil {
		return Transaction{}, &UnknownError{Op: q.op, Err: err}
	}
	denied := q.op == "charge" && t.StatusCode == 202 && status != http.StatusAccepted
	if t.Status == "" && denied {
		t.Status = StatusDeny // rejected by fraud detection: no state, but a clear word
	}
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
