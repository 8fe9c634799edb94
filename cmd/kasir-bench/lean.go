package main

import (
	"bufio"
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

// payee is a provider that charges without thinking, and whose payers never pay. It is
// one until stop.
type payee struct {
	url  string
	stop func()
}

func newPayee(ctx context.Context) (*payee, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("be a provider: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() {
		defer context.AfterFunc(ctx, func() { l.Close() })()
		for {
			conn, err := l.Accept()
			if err != nil {
				return // it is closed
			}
			all.Go(func() { serve(ctx, conn) })
		}
	})
	return &payee{url: "http://" + l.Addr().String(), stop: func() { cancel(); all.Wait() }}, nil
}

// serve answers one connection until it or ctx ends, or it asks what no provider answers.
func serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
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
	if _, err := fmt.Fprintf(a.conn, "PUT /v1/charges/%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		order, a.host, len(chargeText), chargeText); err != nil {
		return fmt.Errorf("charge: %w", err)
	}
	res, err := http.ReadResponse(a.in, nil)
	if err != nil {
		return fmt.Errorf("charge: %w", err)
	}
	res.Body = io.NopCloser(io.LimitReader(res.Body, maxLean))
	return pending(res)
}
