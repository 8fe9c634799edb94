package sandbox

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestIdempotencyKey(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		key := func(k string) []string { return []string{"Idempotency-Key", k} }
		first := st.charge("a", 100, key("k1")...)
		again := st.charge("b", 999, key("k1")...) // the body does not matter
		if fmt.Sprint(first) != fmt.Sprint(again) {
			t.Errorf("replay: got %v, want %v", again, first)
		}
		if _, doc := st.call("POST", "/v2/a/cancel", "", key("k1")...); doc["status_code"] != "201" || doc["qr_string"] == nil {
			t.Errorf("the key is global, yet cancel said %v", doc)
		}
		if got := len(st.Orders()); got != 1 {
			t.Errorf("got %d transactions, want 1", got)
		}
		if _, doc := st.call("GET", "/v2/a/status", "", key("k1")...); doc["qr_string"] != nil {
			t.Errorf("keys are for POST, yet status said %v", doc)
		}
		if got := st.charge("a", 100, key(strings.Repeat("k", 47))...)["status_code"]; got != "406" {
			t.Errorf("a key of 47: got %v, want 406", got)
		}
		st.charge("c", 100, key(strings.Repeat("k", 46))...)
		if got := st.charge("c", 100, key(strings.Repeat("k", 46))...)["status_code"]; got != "201" {
			t.Errorf("a key of 46: got %v, want 201", got)
		}
		time.Sleep(5*time.Minute - time.Second)
		if got := st.charge("a", 100, key("k1")...)["status_code"]; got != "201" {
			t.Errorf("just within five minutes: got %v, want 201", got)
		}
		time.Sleep(time.Second)
		if got := st.charge("a", 100, key("k1")...)["status_code"]; got != "406" {
			t.Errorf("after five minutes: got %v, want 406", got)
		}
	})
}

func TestFailuresAreNotRemembered(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		for _, f := range []Fault{{Kind: Error500}, {Kind: Code429}, {Kind: Deny, Text: "201"}} {
			f.Count = 1
			st.must(st.Faults().Set(f))
			order := "x-" + string(f.Kind)
			bad := st.charge(order, 1, "Idempotency-Key", order)["status_code"]
			if got := st.charge(order, 1, "Idempotency-Key", order)["status_code"]; got != "201" || bad == "201" {
				t.Errorf("%s: got %v, then %v", f.Kind, bad, got)
			}
		}
		// Done, but answered with 500: the provider remembers a failure, that is nothing.
		st.must(st.Faults().Set(Fault{Kind: Error500, After: true, Count: 1}))
		st.charge("y", 1, "Idempotency-Key", "y")
		if got := st.charge("y", 1, "Idempotency-Key", "y")["status_code"]; got != "406" {
			t.Errorf("done and answered 500, then: got %v, want 406", got)
		}
		// Done, and the answer lost on the way: the provider remembers a success.
		st.must(st.Faults().Set(Fault{Kind: Cut, After: true, Count: 1}))
		lost(st, "z")
		if got := st.charge("z", 1, "Idempotency-Key", "z")["status_code"]; got != "201" {
			t.Errorf("done and the answer lost, then: got %v, want 201", got)
		}
	})
}

// lost makes a charge whose answer does not arrive.
func lost(st *stage, order string) {
	st.Helper()
	_, err := st.try("POST", "/v2/charge", details(order, "1", ""), "Idempotency-Key", order)
	if err == nil {
		st.Errorf("charge %s: an answer arrived", order)
	}
}

func TestStillRunning(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.must(st.Faults().Set(Fault{Kind: Slow, Delay: Delay(10 * time.Second), Count: 1}))
		var calls sync.WaitGroup
		calls.Go(func() {
			if got := st.charge("a", 1, "Idempotency-Key", "k")["status_code"]; got != "201" {
				t.Errorf("the first: got %v", got)
			}
		})
		time.Sleep(time.Second)
		synctest.Wait()
		status, doc := st.call("POST", "/v2/charge", details("a", "1", ""), "Idempotency-Key", "k")
		if status != 202 || doc["transaction_status"] != nil {
			t.Errorf("while it runs: got HTTP %d, %v", status, doc)
		}
		calls.Wait()
		if got := st.charge("a", 1, "Idempotency-Key", "k")["status_code"]; got != "201" {
			t.Errorf("afterwards: got %v", got)
		}
		if got := len(st.Orders()); got != 1 {
			t.Errorf("got %d transactions, want 1", got)
		}
	})
}
