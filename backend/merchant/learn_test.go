package merchant

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// TestSnapLearns: only money ends a page, and only the right amount is right.
func TestSnapLearns(t *testing.T) {
	at := time.Date(2026, 1, 31, 8, 0, 0, 0, midtrans.Zone)
	for _, test := range []struct {
		name  string
		tx    midtrans.Transaction
		state SnapState
		open  bool
	}{
		{"pending", midtrans.Transaction{Status: "pending", StatusCode: 201}, SnapPending, true},
		{"paid", midtrans.Transaction{Status: "settlement", StatusCode: 200, GrossAmount: 5_000, SettlementTime: at}, SnapSettled, false},
		{"captured", midtrans.Transaction{Status: "capture", StatusCode: 200, GrossAmount: 5_000, FraudStatus: "accept"}, SnapSettled, false},
		{"less was paid", midtrans.Transaction{Status: "settlement", StatusCode: 200, GrossAmount: 4_999}, SnapMismatched, true},
		{"more was paid", midtrans.Transaction{Status: "settlement", StatusCode: 200, GrossAmount: 50_000}, SnapMismatched, true},
		{"a fee on top", midtrans.Transaction{Status: "settlement", StatusCode: 200, GrossAmount: 5_100,
			Extra: midtrans.ExtraInfo{Fee: &midtrans.Fee{Original: 5_000, Gross: 5_100, Imposed: 100}}}, SnapSettled, false},
		{"settled, says the word, challenged", midtrans.Transaction{Status: "settlement", StatusCode: 200, GrossAmount: 5_000, FraudStatus: "challenge"}, SnapOpen, true},
		{"settled, says the word alone", midtrans.Transaction{Status: "settlement", StatusCode: 201, GrossAmount: 5_000}, SnapOpen, true},
		{"denied", midtrans.Transaction{Status: "deny", StatusCode: 202}, SnapDenied, true},
		{"cancelled", midtrans.Transaction{Status: "cancel", StatusCode: 200}, SnapCancelled, true},
		{"expired", midtrans.Transaction{Status: "expire", StatusCode: 407}, SnapExpired, true},
		{"a new word", midtrans.Transaction{Status: "levitating", StatusCode: 200}, SnapOpen, true},
		{"another order", midtrans.Transaction{OrderID: "X", Status: "settlement", StatusCode: 200, GrossAmount: 5_000}, SnapOpen, true},
		{"a long id", midtrans.Transaction{TransactionID: strings.Repeat("x", 65), Status: "settlement", StatusCode: 200, GrossAmount: 5_000}, SnapOpen, true},
	} {
		s := snap{Snap: Snap{OrderID: "WEB-00000001", Amount: 5_000, State: SnapOpen, AskedAt: time.Now().UnixMilli()}}
		if test.tx.OrderID == "" {
			test.tx.OrderID = s.OrderID
		}
		s.learn(test.tx)
		if s.State != test.state || s.filing().open != test.open {
			t.Errorf("%s: %s, open %v; want %s, %v", test.name, s.State, s.filing().open, test.state, test.open)
		}
		if s.State == SnapSettled && s.Paid != 5_000 {
			t.Errorf("%s: paid %d", test.name, s.Paid)
		}
	}
}

// TestRefundRefused: what is not certainly a no leaves a refund asked for.
func TestRefundRefused(t *testing.T) {
	paid := midtrans.Transaction{Status: "settlement", StatusCode: 200}
	given := midtrans.Transaction{Status: "refund", StatusCode: 200}
	api := func(code int) error { return &midtrans.APIError{Code: code, HTTP: 200, Message: "no"} }
	for _, test := range []struct {
		name  string
		err   error
		tx    midtrans.Transaction
		state RefundState
		code  string
		retry bool
	}{
		{"no answer", &midtrans.UnknownError{Op: "refund", Err: context.DeadlineExceeded}, paid, RefundAsked, "", false},
		{"a new error", errors.New("new"), paid, RefundAsked, "", false},
		{"too many", api(429), paid, RefundAsked, "", false},
		{"not enabled", api(402), paid, RefundRefused, wire.RefundOff, true},
		{"cannot be modified, paid", api(412), paid, RefundRefused, wire.RefundOff, true},
		{"cannot be modified, given back", api(412), given, RefundRefused, wire.ReasonRejected, false},
		{"duplicate", api(406), paid, RefundAsked, "", false},
		{"a sum without a list", api(414), midtrans.Transaction{Status: "partial_refund", StatusCode: 200, RefundAmount: 100}, RefundAsked, "", false},
		{"a lesser sum without a list", api(414), midtrans.Transaction{Status: "partial_refund", StatusCode: 200, RefundAmount: 99}, RefundRefused, wire.ReasonRejected, true},
		{"the key", api(401), paid, RefundRefused, wire.ReasonKey, true},
		{"badly asked", api(400), paid, RefundRefused, wire.ReasonInvalid, false},
		{"balance", api(414), paid, RefundRefused, wire.ReasonRejected, true},
		{"unexplained", api(499), paid, RefundRefused, wire.ReasonRejected, false},
	} {
		r := refund{Refund: Refund{State: RefundAsked, Amount: 100}, Tries: 1}
		r.refuse(test.err, test.tx)
		code, retry := "", false
		if r.Why != nil {
			code, retry = r.Why.Code, r.Why.Retry
		}
		if r.State != test.state || code != test.code || retry != test.retry {
			t.Errorf("%s: %s %q %v, want %s %q %v", test.name, r.State, code, retry, test.state, test.code, test.retry)
		}
	}
}

// TestRefundDuplicate: a key that is used up, for a refund that is not in the
// list, may be the one whose answer was lost. Only when it stays so it is
// another's.
func TestRefundDuplicate(t *testing.T) {
	r := refund{Refund: Refund{State: RefundAsked, Amount: 100}}
	for r.State == RefundAsked && r.Tries < 100 {
		r.Tries++
		r.refuse(&midtrans.APIError{Code: 406, HTTP: 200}, midtrans.Transaction{Status: "settlement", StatusCode: 200})
	}
	if r.State != RefundRefused || r.Why.Code != wire.ReasonDuplicate || r.Tries != keyTries {
		t.Errorf("%s after %d tries", r.State, r.Tries)
	}
}

func TestRefundFound(t *testing.T) {
	at := time.Date(2026, 1, 31, 8, 0, 0, 0, midtrans.Zone)
	for _, test := range []struct {
		name  string
		entry midtrans.Refund
		state RefundState
		found bool
	}{
		{"ours", midtrans.Refund{Key: "r-1", Amount: 100}, RefundApproved, true},
		{"ours, confirmed", midtrans.Refund{Key: "r-1", Amount: 100, ConfirmedAt: at}, RefundConfirmed, true},
		{"another's", midtrans.Refund{Key: "r-2", Amount: 100}, RefundAsked, false},
		{"another amount under our key", midtrans.Refund{Key: "r-1", Amount: 99}, RefundRefused, true},
	} {
		r := refund{Refund: Refund{Key: "r-1", Amount: 100, State: RefundAsked}}
		if got := r.found(midtrans.Transaction{Refunds: []midtrans.Refund{test.entry}}); got != test.found || r.State != test.state {
			t.Errorf("%s: %v %s, want %v %s", test.name, got, r.State, test.found, test.state)
		}
	}
}

// TestRumorsAreBounded: whoever repeats himself fills nothing.
func TestRumorsAreBounded(t *testing.T) {
	var s subscription
	for i := range 100 {
		s.rumor("500 trouble")
		if i%2 == 0 {
			s.rumor(strings.Repeat("x", i))
		}
	}
	for i := range 2 * maxCharges {
		s.charged(midtrans.Transaction{TransactionID: strings.Repeat("t", i/2+1), Status: "settlement"})
	}
	if len(s.Rumors) != maxRumors || len(s.Charges) != maxCharges {
		t.Errorf("%d rumors, %d charges", len(s.Rumors), len(s.Charges))
	}
}

func TestDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for _, test := range []struct {
			tries int
			ago   time.Duration
			want  bool
		}{
			{0, 14 * time.Second, false}, {0, 15 * time.Second, true}, {1, 15 * time.Second, true}, {2, 29 * time.Second, false},
			{2, 30 * time.Second, true}, {7, 16 * time.Minute, true}, {8, 59 * time.Minute, false}, {1_000_000, time.Hour, true},
		} {
			if got := due(test.tries, now.Add(-test.ago).UnixMilli()); got != test.want {
				t.Errorf("%d tries, %s ago: %v", test.tries, test.ago, got)
			}
		}
	})
}

// TestLocks: one at a time, in a bounded queue, and whoever gives up waiting
// leaves it.
func TestLocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l locks
		done, err := l.take(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if other, err := l.take(t.Context(), "b"); err != nil {
			t.Error(err)
		} else {
			other()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.take(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the second got %v", err)
		}
		for range maxLocks - 1 {
			go func() {
				if done, err := l.take(t.Context(), "a"); err == nil {
					done()
				}
			}()
		}
		synctest.Wait()
		var e *wire.Error
		if _, err := l.take(t.Context(), "c"); !errors.As(err, &e) || e.Code != wire.Busy {
			t.Errorf("one too many got %v", err)
		}
		done()
		synctest.Wait()
		if len(l.held) != 0 || l.n != 0 {
			t.Errorf("left over: %d, %d", len(l.held), l.n)
		}
	})
}
