package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/terminal"
)

// What the provider, and those who pretend to be it, can do.

// newest is the order id that the till used last.
func (s *stage) newest() (terminal.OrderID, error) {
	var id terminal.OrderID
	if s.till == nil {
		return "", errors.New("the till is off")
	}
	for r, err := range records(s.till, s.till.journal) {
		if err != nil {
			return "", err
		}
		if r.Kind == terminal.KindOpened {
			id = r.Order
		}
	}
	if id == "" {
		return "", errors.New("there is no order yet")
	}
	return id, nil
}

func atProvider(do func(*sandbox.Sandbox, string) error) func([]string) (act, error) {
	return plain(func(s *stage) error {
		id, err := s.newest()
		if err == nil {
			err = do(s.provider.Sandbox, string(id))
		}
		return err
	})
}

// fault arms one of the sandbox's.
func fault(words []string) (act, error) {
	f := sandbox.Fault{Kind: sandbox.Kind(words[0])}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		var err error
		switch name {
		case "op":
			f.Op = value
		case "state":
			f.State = value
		case "text":
			f.Text = value
		case "after":
			f.After = true
		case "count":
			f.Count, err = strconv.Atoi(value)
		case "amount":
			f.Amount, err = strconv.ParseInt(value, 10, 64)
		case "delay":
			err = f.Delay.UnmarshalText([]byte(value))
		default:
			err = errors.New("no such property of a fault")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w, err)
		}
	}
	if err := new(sandbox.Faults).Set(f); err != nil {
		return nil, err
	}
	return func(s *stage) error { return s.provider.Faults().Add(f) }, nil
}

func (s *stage) honest() error {
	s.provider.Faults().Clear()
	return nil
}

// claim posts a notification about the newest order that the provider did not
// send, and wants it answered with status.
func claim(key string, status int) func([]string) (act, error) {
	return func(words []string) (act, error) {
		return func(s *stage) error {
			id, err := s.newest()
			if err != nil {
				return err
			}
			o, _ := s.atProvider(id)
			body, err := notification(o, words[0], o.Amount, key)
			if err != nil {
				return err
			}
			return s.post(body, status)
		}, nil
	}
}

// notification says of an order what somebody wants it to say, signed with key.
func notification(o sandbox.Order, status string, amount int64, key string) ([]byte, error) {
	code := map[string]string{"settlement": "200", "pending": "201"}[status]
	if code == "" {
		code = "202"
	}
	gross := midtrans.Amount(amount).String()
	return json.Marshal(map[string]string{
		"order_id": o.OrderID, "transaction_id": o.TransactionID, "transaction_status": status,
		"status_code": code, "gross_amount": gross, "fraud_status": "accept", "payment_type": "qris",
		"signature_key": midtrans.Signature(o.OrderID, code, gross, key),
	})
}

func (s *stage) post(body []byte, status int) error {
	l := newLife()
	defer l.cancel()
	client := httpClient(s.postNet.plug(l))
	client.Timeout = 15 * time.Second
	res, err := client.Post(notifyURL, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode != status {
		return fmt.Errorf("the backend answers %d, want %d", res.StatusCode, status)
	}
	return nil
}
