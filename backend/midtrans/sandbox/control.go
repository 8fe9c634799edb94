package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

// Why a control verb did nothing.
var (
	ErrNoOrder = errors.New("no such order")
	ErrState   = errors.New("the state of the order forbids it")
)

// payment is how a payer pays.
type payment struct {
	late   bool   // money that was on its way when the order ended
	app    bool   // inside the wallet, by deeplink, not by scanning the code
	issuer string // whose app; "": gopay
}

// Pay pays the order as a payer's app would: in time, by scanning. The id is
// an order id or a transaction id, here and in the other verbs. It wraps
// ErrNoOrder or ErrState when it does nothing, as they all do.
func (s *Sandbox) Pay(id string) error {
	_, err := s.pay(id, payment{})
	return err
}

// PayLate pays an order that was cancelled or has expired: the payer was
// quicker than the provider's books.
func (s *Sandbox) PayLate(id string) error {
	_, err := s.pay(id, payment{late: true})
	return err
}

// Deny refuses a pending order.
func (s *Sandbox) Deny(id string) error { return s.finish(id, midtrans.StatusDeny) }

// Expire lets a pending order run out now.
func (s *Sandbox) Expire(id string) error { return s.finish(id, midtrans.StatusExpire) }

// Cancel cancels a pending order, as from the merchant's dashboard.
func (s *Sandbox) Cancel(id string) error { return s.finish(id, midtrans.StatusCancel) }

func (s *Sandbox) finish(id, status string) error {
	_, err := s.change(id, func(t *transaction) error {
		if t.Status != midtrans.StatusPending {
			return fmt.Errorf("%s order %s: it is %s: %w", status, t.OrderID, t.Status, ErrState)
		}
		t.Status = status
		if status == midtrans.StatusDeny {
			t.ChannelCode, t.ChannelText = "201", "Insufficient Balance"
		}
		return nil
	})
	return err
}

func (s *Sandbox) pay(id string, how payment) (Order, error) {
	now := time.Now()
	return s.change(id, func(t *transaction) error {
		ended := t.Status == midtrans.StatusExpire || t.Status == midtrans.StatusCancel
		switch {
		case t.Status == midtrans.StatusPending && (how.late || now.Before(t.Expires)):
		case ended && how.late:
		case t.Status == midtrans.StatusPending:
			return fmt.Errorf("pay order %s: its time is over: %w", t.OrderID, ErrState)
		default:
			return fmt.Errorf("pay order %s: it is %s: %w", t.OrderID, t.Status, ErrState)
		}
		s.settle(t, how, now)
		return nil
	})
}

// settle books the payment; s.mu is held.
func (s *Sandbox) settle(t *transaction, how payment, now time.Time) {
	if t.Payer != "" {
		s.debit(t, now)
		return
	}
	at := scene{order: t.OrderID, amount: t.Amount}
	t.Status, t.Settled = midtrans.StatusSettlement, now
	if f, ok := s.faults.take(at, WrongAmountPaid); ok {
		t.Gross = f.Amount
	}
	if f, ok := s.faults.take(at, FeeOnTop); ok {
		t.Fee = f.Amount
		t.Gross += f.Amount
	}
	if how.app && t.PaymentType == midtrans.PaymentGoPay {
		t.Wallet = "GOPAY_WALLET"
		return
	}
	// A gopay charge paid by scanning is a QRIS payment from then on.
	t.PaymentType, t.Side, t.Issuer = midtrans.PaymentQRIS, "off-us", how.issuer
	if how.issuer == "" {
		t.Issuer = "gopay"
	}
	if t.Acquirer == "" {
		t.Acquirer = "gopay"
	}
	if t.Issuer == t.Acquirer {
		t.Side = "on-us"
	}
}

// change brings an order into another state and notifies of it.
func (s *Sandbox) change(id string, do func(*transaction) error) (Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.book.find(id)
	if kept == nil {
		return Order{}, fmt.Errorf("find order %s: %w", clip(id), ErrNoOrder)
	}
	t := *kept
	if err := do(&t); err != nil {
		return s.order(*kept), err
	}
	if err := s.commit(s.transact(kept, t)); err != nil {
		return s.order(*kept), err
	}
	s.log.Info("order changed", "order", t.OrderID, "status", t.Status)
	return s.order(t), nil
}

func (s *Sandbox) controls(m *http.ServeMux) {
	m.HandleFunc("POST /sandbox/{id}/{verb}", s.control)
	m.HandleFunc("GET /sandbox/orders", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, s.Orders())
	})
	m.HandleFunc("GET /sandbox/faults", s.listFaults)
	m.HandleFunc("GET /sandbox/magic", s.listMagic)
	m.HandleFunc("POST /sandbox/faults", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		var list []Fault
		if err == nil {
			list, err = readFaults(body)
		}
		if err == nil {
			err = s.faults.Set(list...)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, problem{Error: err.Error()})
			return
		}
		s.listFaults(w, r)
	})
	m.HandleFunc("DELETE /sandbox/faults", func(w http.ResponseWriter, r *http.Request) {
		s.faults.Clear()
		s.listFaults(w, r)
	})
}

func (s *Sandbox) listFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, append([]Fault{}, s.faults.List()...))
}

// control is POST /sandbox/{id}/{verb}.
func (s *Sandbox) control(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	id := r.PathValue("id")
	var err error
	switch r.PathValue("verb") {
	case "pay":
		_, err = s.pay(id, payment{late: r.FormValue("late") == "1", app: r.FormValue("by") == "app", issuer: ascii(r.FormValue("issuer"), 40)})
	case "deny":
		err = s.Deny(id)
	case "expire":
		err = s.Expire(id)
	case "cancel":
		err = s.Cancel(id)
	case "pin":
		err = s.EnterPIN(id, r.FormValue("pin"))
	case "fail": // the payer may try again; nobody hears of it
	default:
		http.NotFound(w, r)
		return
	}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, ownPath(r.FormValue("back")), http.StatusSeeOther) // the page tells what became of it
		return
	}
	s.mu.Lock()
	t := s.book.find(id)
	var o Order
	if t != nil {
		o = s.order(*t)
	}
	s.mu.Unlock()
	switch {
	case t == nil:
		writeJSON(w, http.StatusNotFound, problem{Error: ErrNoOrder.Error()})
	case errors.Is(err, ErrState), errors.Is(err, ErrSecret):
		writeJSON(w, http.StatusConflict, problem{Error: err.Error(), Order: &o})
	case err != nil:
		writeJSON(w, http.StatusInternalServerError, problem{Error: err.Error(), Order: &o})
	default:
		writeJSON(w, http.StatusOK, o)
	}
}

// problem is why a control verb or a set of faults was refused.
type problem struct {
	Error string `json:"error"`
	Order *Order `json:"order,omitempty"`
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, _ := json.MarshalIndent(v, "", "  ") // our own plain structs
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
