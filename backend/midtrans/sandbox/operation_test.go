package sandbox

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

// TestOperations has every call and verb in every state.
func TestOperations(t *testing.T) {
	type outcome struct{ code, becomes string }
	for state, row := range map[string]map[string]outcome{
		"pending":    {"status": {"201", "pending"}, "cancel": {"200", "cancel"}, "expire": {"407", "expire"}},
		"settlement": {"status": {"200", "settlement"}, "cancel": {"412", "settlement"}, "expire": {"412", "settlement"}},
		"cancel":     {"status": {"200", "cancel"}, "cancel": {"412", "cancel"}, "expire": {"412", "cancel"}},
		"expire":     {"status": {"407", "expire"}, "cancel": {"412", "expire"}, "expire": {"412", "expire"}},
		"deny":       {"status": {"202", "deny"}, "cancel": {"412", "deny"}, "expire": {"412", "deny"}},
		"nothing":    {"status": {"404", ""}, "cancel": {"404", ""}, "expire": {"404", ""}},
	} {
		for op, want := range row {
			t.Run(state+"/"+op, func(t *testing.T) {
				bubble(t, Options{}, func(st *stage) {
					if state != "nothing" {
						st.charge("a", 100)
						st.must(bring(st.Sandbox, "a", state))
					}
					method := "POST"
					if op == "status" {
						method = "GET"
					}
					status, doc := st.call(method, "/v2/a/"+op, "")
					if status != 200 || doc["status_code"] != want.code {
						t.Errorf("got HTTP %d, code %v, want %s", status, doc["status_code"], want.code)
					}
					if orders := st.Orders(); len(orders) > 0 && orders[0].Status != want.becomes {
						t.Errorf("became %s, want %s", orders[0].Status, want.becomes)
					}
				})
			})
		}
	}
}

// bring takes a pending order to a state.
func bring(s *Sandbox, id, state string) error {
	switch state {
	case midtrans.StatusSettlement:
		return s.Pay(id)
	case midtrans.StatusCancel:
		return s.Cancel(id)
	case midtrans.StatusExpire:
		return s.Expire(id)
	case midtrans.StatusDeny:
		return s.Deny(id)
	}
	return nil
}

// TestVerbs has every control verb in every state.
func TestVerbs(t *testing.T) {
	verbs := map[string]func(*Sandbox, string) error{
		"pay": (*Sandbox).Pay, "late": (*Sandbox).PayLate, "deny": (*Sandbox).Deny,
		"expire": (*Sandbox).Expire, "cancel": (*Sandbox).Cancel,
	}
	allowed := map[string]string{
		"pending/pay": "settlement", "pending/late": "settlement", "pending/deny": "deny", "pending/expire": "expire",
		"pending/cancel": "cancel", "expire/late": "settlement", "cancel/late": "settlement",
	}
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, Options{})
		for _, state := range []string{"pending", "settlement", "cancel", "expire", "deny"} {
			for verb, do := range verbs {
				order := state + "-" + verb
				st.charge(order, 100)
				st.must(bring(st.Sandbox, order, state))
				err := do(st.Sandbox, order)
				want, ok := allowed[state+"/"+verb]
				if !ok {
					want = state
				}
				if ok != (err == nil) || !ok && !errors.Is(err, ErrState) {
					t.Errorf("%s: got %v, want allowed %v", order, err, ok)
				}
				st.mu.Lock()
				got := st.book.find(order).Status
				st.mu.Unlock()
				if got != want {
					t.Errorf("%s: became %s, want %s", order, got, want)
				}
			}
		}
		if err := st.Pay("nobody"); !errors.Is(err, ErrNoOrder) {
			t.Errorf("no order: got %v", err)
		}
	})
}

func TestExpiryBatch(t *testing.T) {
	bubble(t, Options{ExpiryLag: 40 * time.Second}, func(st *stage) {
		st.charge("default", 1)
		st.call("POST", "/v2/charge", details("short", "1", `,"custom_expiry":{"expiry_duration":30,"unit":"second"}`))
		st.charge("paid", 1)
		st.must(st.Pay("paid"))
		expect := func(at time.Duration, short, normal string) {
			t.Helper()
			synctest.Wait()
			if o := st.Orders(); o[1].Status != short || o[0].Status != normal || o[2].Status != "settlement" {
				t.Errorf("after %v: got %s, %s, %s", at, o[1].Status, o[0].Status, o[2].Status)
			}
		}
		time.Sleep(35 * time.Second)
		expect(35*time.Second, "pending", "pending") // overdue, the batch has not come
		if err := st.Pay("short"); !errors.Is(err, ErrState) {
			t.Errorf("paid after its time: %v", err)
		}
		time.Sleep(36 * time.Second)
		expect(71*time.Second, "expire", "pending")
		time.Sleep(15 * time.Minute)
		expect(16*time.Minute+11*time.Second, "expire", "expire")
		st.must(st.PayLate("short"))
		if o := st.Orders(); o[1].Status != "settlement" {
			t.Errorf("late: got %s", o[1].Status)
		}
	})
}

func TestExpiryLagScales(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want time.Duration
	}{
		{Options{}, 30 * time.Second},
		{Options{RetryScale: 0.01}, 300 * time.Millisecond},
		{Options{RetryScale: 5}, 30 * time.Second},
		{Options{RetryScale: 0.01, ExpiryLag: time.Minute}, time.Minute},
		{Options{ExpiryLag: -1}, 0},
	} {
		s := New(c.o)
		if s.opts.ExpiryLag != c.want {
			t.Errorf("%+v: got %v, want %v", c.o, s.opts.ExpiryLag, c.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, Options{})
		st.charge("a", 1)
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		if err := st.Pay("a"); !errors.Is(err, errClosed) {
			t.Errorf("got %v", err)
		}
		res, err := st.http.Get("http://provider/sandbox/orders")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 503 {
			t.Errorf("got HTTP %d", res.StatusCode)
		}
	})
}
