package merchant

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// errNoSnap is for an order that has no checkout page.
var errNoSnap = &wire.Error{Code: wire.NotFound, Message: "no checkout page was made for this order"}

// SnapOf is what became of an order's page. It is a reason to ask the provider,
// at most every ten seconds.
func (d *Desk) SnapOf(ctx context.Context, order string) (Snap, error) {
	s, err := d.lookAtSnap(ctx, order, snapFloor)
	return s.Is.Snap, err
}

// Callback is what a payer who comes back from the wallet is told, after the
// provider was asked; ok is false when the order has no page, or no way back.
func (d *Desk) Callback(ctx context.Context, order string) (state SnapState, ok bool, err error) {
	s, err := d.lookAtSnap(ctx, order, snapFloor)
	if errors.Is(err, errNoSnap) {
		return "", false, nil
	}
	return s.Is.State, s.Is.Callback != "", err
}

// newsFloor is between two looks that notifications cause: anybody who owns an
// old one can send it again.
const newsFloor = time.Second

// Heard takes the news that the provider has something to tell about an order,
// and reads it. known is false when the order has no page. News that come in
// the second of a look wait for its end; of many, the rest is left to the sweep.
func (d *Desk) Heard(ctx context.Context, order string) (known bool, err error) {
	s, err := read[snap](ctx, d.shelf, KindSnap, order)
	if err != nil || !s.there() {
		return s.there(), err
	}
	select {
	case <-time.After(newsFloor - min(newsFloor, max(0, time.Since(time.UnixMilli(s.Is.LastMS))))):
	case <-ctx.Done():
		return true, ctx.Err()
	}
	s, err = d.lookAtSnap(ctx, order, newsFloor)
	if errors.Is(err, errNoSnap) {
		return false, nil
	}
	if err != nil || s.Is.State == SnapSettled {
		return true, err
	}
	done, err := d.locks.take(ctx, "order "+order)
	if err != nil {
		return true, err
	}
	defer done()
	if s, err = read[snap](ctx, d.shelf, KindSnap, order); err != nil {
		return true, err
	}
	s.Is.Tries = 0 // the sweep looks soon
	return true, write(ctx, d.shelf, s.Is.filing(), &s)
}

func (d *Desk) lookAtSnap(ctx context.Context, order string, floor time.Duration) (sheet[snap], error) {
	s, err := read[snap](ctx, d.shelf, KindSnap, order)
	if err != nil || !s.there() {
		return s, errors.Join(err, absent(s.there()))
	}
	fresh := func() bool { return time.Since(time.UnixMilli(s.Is.LastMS)) < floor }
	if s.Is.State == SnapSettled || s.Is.State == SnapAsked || fresh() {
		return s, nil
	}
	done, err := d.locks.take(ctx, "order "+order)
	if err != nil {
		return s, err
	}
	defer done()
	if s, err = read[snap](ctx, d.shelf, KindSnap, order); err != nil || fresh() {
		return s, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	return s, d.readSnap(ctx, &s)
}

func absent(there bool) error {
	if there {
		return nil
	}
	return errNoSnap
}

// readSnap asks the provider how the order stands and writes down what it says.
func (d *Desk) readSnap(ctx context.Context, s *sheet[snap]) error {
	was := s.Is
	tx, err := d.provider.Status(ctx, s.Is.OrderID)
	s.Is.Tries++
	s.Is.LastMS = time.Now().UnixMilli()
	if err == nil {
		s.Is.learn(tx)
		if err := d.linkedOn(ctx, s, tx); err != nil {
			return err
		}
	}
	if s.Is.State != was.State {
		d.log.Info("checkout page", "order", s.Is.OrderID, "state", string(s.Is.State), "paid", s.Is.Paid, "linked", s.Is.Linked)
	}
	return write(ctx, d.shelf, s.Is.filing(), s)
}

// learn takes the provider's word on the order. Several tries can share it, so
// only money ends the page.
func (s *snap) learn(tx midtrans.Transaction) {
	if tx.OrderID != s.OrderID || len(tx.TransactionID) > maxID || elsewhere(tx.Metadata) {
		return
	}
	s.TransactionID, s.Reason = tx.TransactionID, nil
	switch tx.Status {
	case midtrans.StatusSettlement, midtrans.StatusCapture:
		if !tx.Paid() {
			return
		}
		s.State, s.Paid = SnapSettled, int64(tx.OriginalAmount())
		if s.Paid != s.Amount {
			s.State = SnapMismatched
		}
		if !tx.SettlementTime.IsZero() {
			s.SettledAt = tx.SettlementTime.UnixMilli()
		}
	case midtrans.StatusPending:
		s.State = SnapPending
	case midtrans.StatusDeny, midtrans.StatusFailure:
		s.State, s.Reason = SnapDenied, &wire.Reason{Code: wire.ReasonRejected, Message: clip(tx.StatusMessage), Retry: true}
	case midtrans.StatusCancel:
		s.State = SnapCancelled
	case midtrans.StatusExpire:
		s.State = SnapExpired
	}
}

// A page's order id may be one that a till comes to use, too, and both may ask
// for the same amount. A charge is known by its mark in the metadata (see
// ledger.Mark); a page's has this one, so that neither takes the other's money
// for its own.
const (
	markKey  = "kasir"
	pageMark = "checkout page"
)

// elsewhere reports whether a transaction was not made on a page of ours.
func elsewhere(metadata json.RawMessage) bool {
	var m struct {
		Mark string `json:"kasir"` // markKey
	}
	return json.Unmarshal(metadata, &m) == nil && m.Mark != "" && m.Mark != pageMark
}

const maxID = 64 // bytes of a transaction id that is believed

// sweepSnap looks at a page that nobody has paid on yet.
func (d *Desk) sweepSnap(ctx context.Context, order string) error {
	s, err := read[snap](ctx, d.shelf, KindSnap, order)
	if err != nil || !due(s.Is.Tries, s.Is.LastMS) {
		return err
	}
	_, err = d.lookAtSnap(ctx, order, 0)
	return err
}

// certain is err as a certain refusal; nil when it is none.
func certain(err error) *midtrans.APIError {
	var no *midtrans.APIError
	if errors.Is(err, midtrans.ErrUnknown) || !errors.As(err, &no) || midtrans.ReasonOf(no) == midtrans.ReasonTryLater {
		return nil
	}
	return no
}

// reasonOf is a refusal in the protocol's words.
func reasonOf(no *midtrans.APIError) string {
	switch no.Code {
	case 400, 413:
		return wire.ReasonInvalid
	case 401:
		return wire.ReasonKey
	case 402:
		return wire.ReasonChannelOff
	}
	if midtrans.ReasonOf(no) == midtrans.ReasonNotLinked {
		return wire.ReasonNotLinked
	}
	return wire.ReasonRejected
}
