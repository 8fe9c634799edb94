package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// What asks two programs and what answers them stand on the same two processors as they
// do: what these take, the quicker program lacks. So they are no more than a connection
// each, read and written in one goroutine.

// maxLean is the longest body that either takes.
const maxLean = 1 << 16

// payee is a provider that charges without thinking, and whose payers never pay.
type payee struct {
	listener net.Listener
	all      sync.WaitGroup
	mu       sync.Mutex
	open     map[net.Conn]bool // nil: it is closed
}

func newPayee() (*payee, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("be a provider: %w", err)
	}
	p := &payee{listener: l, open: make(map[net.Conn]bool)}
	p.all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // it is closed
			}
			if p.keep(conn) {
				p.all.Go(func() { p.serve(conn) })
			}
		}
	})
	return p, nil
}

func (p *payee) url() string { return "http://" + p.listener.Addr().String() }

// keep notes an open connection; it reports false when there is nobody to serve it.
func (p *payee) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		conn.Close()
		return false
	}
	p.open[conn] = true
	return true
}

func (p *payee) close() {
	p.listener.Close()
	p.mu.Lock()
	for conn := range p.open {
		conn.Close()
	}
	p.open = nil
	p.mu.Unlock()
	p.all.Wait()
}

// serve answers one connection until it ends, or asks what no provider answers.
func (p *payee) serve(conn net.Conn) {
	defer func() {
		conn.Close()
		p.mu.Lock()
		delete(p.open, conn)
		p.mu.Unlock()
	}()
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, maxLean))
		if err != nil {
			return
		}
		text, err := atOnce(r.URL.Path, body)
		if err != nil {
			return
		}
		answer := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
		if _, err := conn.Write(answer); err != nil || r.Close {
			return
		}
	}
}

// atOnce is what the provider says to a charge, or to a question about one.
func atOnce(path string, body []byte) ([]byte, error) {
	var in struct {
		Details struct {
			Order  string `json:"order_id"`
			Amount int64  `json:"gross_amount"`
		} `json:"transaction_details"`
	}
	code := "201"
	if id, asked := strings.CutSuffix(strings.TrimPrefix(path, "/v2/"), "/status"); asked {
		code, in.Details.Order, in.Details.Amount = "200", strings.TrimPrefix(id, "T-"), benchAmount
	} else if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	const layout = "2006-01-02 15:04:05"
	now := time.Now().UTC().Add(7 * time.Hour) // the provider's clock shows Jakarta's time
	return fmt.Appendf(nil, `{"status_code":%[1]q,"status_message":"QRIS transaction","transaction_id":"T-%[2]s","order_id":%[2]q,`+
		`"merchant_id":"G000000000","gross_amount":"%[3]d.00","currency":"IDR","payment_type":"qris","transaction_time":%[4]q,`+
		`"transaction_status":"pending","fraud_status":"accept","acquirer":"gopay","qr_string":"00020101021226620014COM.GO-JEK.WWW","expiry_time":%[5]q}`,
		code, in.Details.Order, in.Details.Amount, now.Format(layout), now.Add(15*time.Minute).Format(layout)), nil
}

// asker is a client with a connection of its own.
type asker struct {
	conn net.Conn
	in   *bufio.Reader
	host string
}

func newAsker(ctx context.Context, host string) (*asker, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", host, err)
	}
	if end, has := ctx.Deadline(); has {
		if err := conn.SetDeadline(end); err != nil {
			return nil, errors.Join(fmt.Errorf("ask %s: %w", host, err), conn.Close())
		}
	}
	return &asker{conn: conn, in: bufio.NewReader(conn), host: host}, nil
}

// charge is the charge of one order, which must be pending then.
func (a *asker) charge(order string) error {
	body := fmt.Sprintf(`{"amount":%d,"journal":"0123456789abcdef0123456789abcdef"}`, benchAmount)
	if _, err := fmt.Fprintf(a.conn, "PUT /v1/charges/%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		order, a.host, len(body), body); err != nil {
		return fmt.Errorf("charge: %w", err)
	}
	res, err := http.ReadResponse(a.in, nil)
	if err != nil {
		return fmt.Errorf("charge: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxLean))
	if err != nil || res.StatusCode != http.StatusOK || !bytes.Contains(text, []byte(`"pending"`)) {
		return errors.Join(fmt.Errorf("charge: HTTP %d: %s", res.StatusCode, text), err)
	}
	return nil
}
