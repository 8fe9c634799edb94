package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

func TestNotifications(t *testing.T) {
	for _, c := range []struct {
		end  func(*Sandbox, string) error
		want string
		code string
	}{
		{(*Sandbox).Pay, "settlement", "200"},
		{(*Sandbox).Expire, "expire", "202"},
		{(*Sandbox).Cancel, "cancel", "202"},
		{(*Sandbox).Deny, "deny", "202"},
	} {
		t.Run(c.want, func(t *testing.T) {
			bubble(t, Options{}, func(st *stage) {
				st.charge("a", 25000)
				st.must(c.end(st.Sandbox, "a"))
				synctest.Wait()
				got := st.shop.took()
				if states(got) != "a pending, a "+c.want {
					t.Fatalf("got %s", states(got))
				}
				if got[0].RawStatusCode != "201" || got[1].RawStatusCode != c.code {
					t.Errorf("status codes: got %s, %s", got[0].RawStatusCode, got[1].RawStatusCode)
				}
				for _, n := range got {
					if err := n.Verify(testKey); err != nil {
						t.Errorf("%s: %v", n.Status, err)
					}
					if n.RawGrossAmount != "25000.00" || n.StatusMessage != "midtrans payment notification" || n.MerchantID == "" || n.ExpiryTime.IsZero() {
						t.Errorf("%s: got %s", n.Status, n.raw)
					}
					if n.header.Get("User-Agent") != "Veritrans" || n.header.Get("Content-Type") != "application/json" ||
						n.header.Get("Accept") != "application/json" || n.header.Get("Authorization") != "" {
						t.Errorf("%s: headers %v", n.Status, n.header)
					}
				}
				paid := c.want == "settlement"
				if last := got[1]; last.Paid() != paid || (last.Issuer != "") != paid || last.SettlementTime.IsZero() == paid || (c.want == "deny") != (last.ChannelResponseCode != "") {
					t.Errorf("got %s", last.raw)
				}
				time.Sleep(24 * time.Hour)
				if more := st.shop.took(); len(more) != 0 {
					t.Errorf("more arrived: %s", states(more))
				}
			})
		})
	}
}

// TestNotOwed has the calls and events that nobody is notified of.
func TestNotOwed(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.charge("a", 1)
		synctest.Wait()
		st.shop.took()
		st.charge("a", 1)                        // 406
		st.charge("b", 0)                        // 400
		st.call("GET", "/v2/a/status", "")       // no change
		st.call("POST", "/sandbox/a/fail", "")   // a wrong PIN
		st.call("POST", "/v2/nobody/cancel", "") // 404
		st.call("POST", "/v2/charge", details("c", "1", ""))
		time.Sleep(time.Minute)
		if got := st.shop.took(); len(got) != 0 {
			t.Errorf("got %s", states(got))
		}
	})
}

// TestRetries counts attempts by the receiver's answer and measures the pauses.
func TestRetries(t *testing.T) {
	for _, c := range []struct {
		status  int
		retries int
	}{
		{200, 0}, {204, 0}, {500, 1}, {503, 4}, {400, 2}, {404, 2}, {301, 0}, {302, 0}, {303, 0},
		{401, 5}, {403, 5}, {429, 5}, {502, 5}, {0, 5},
	} {
		t.Run(fmt.Sprint(c.status), func(t *testing.T) {
			bubble(t, Options{}, func(st *stage) {
				st.shop.answers(func(w http.ResponseWriter, r *http.Request) {
					if c.status == 0 {
						<-r.Context().Done() // the sender gives up after 15 s
						return
					}
					w.Header().Set("Location", "http://shop/moved")
					w.WriteHeader(c.status)
				})
				st.charge("a", 1)
				time.Sleep(10 * time.Hour)
				synctest.Wait()
				var got []received
				for _, n := range st.shop.took() { // the order expires, too
					if n.Status == "pending" && n.path == "/n" {
						got = append(got, n)
					}
				}
				if len(got) != c.retries+1 {
					t.Fatalf("got %d attempts, want %d", len(got), c.retries+1)
				}
				if len(got) > 1 {
					pause := got[1].at.Sub(got[0].at)
					if c.status == 0 {
						pause -= answerTimeout
					}
					if pause < time.Minute || pause > 2*time.Minute {
						t.Errorf("the first pause was %v", pause)
					}
				}
			})
		})
	}
}

func TestRetrySchedule(t *testing.T) {
	bubble(t, Options{RetryScale: 0.1, ExpiryLag: 365 * 24 * time.Hour}, func(st *stage) {
		st.shop.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
		st.charge("a", 1)
		time.Sleep(10 * time.Hour)
		got := st.shop.took()
		if len(got) != 6 {
			t.Fatalf("got %d attempts, want 6", len(got))
		}
		for i, full := range []time.Duration{12 * time.Second, time.Minute, 3 * time.Minute, 9 * time.Minute, 21 * time.Minute} {
			if pause := got[i+1].at.Sub(got[i].at); pause < full/2 || pause > full {
				t.Errorf("pause %d: got %v, want %v to %v", i+1, pause, full/2, full)
			}
		}
		for _, n := range got {
			if n.raw != got[0].raw {
				t.Errorf("a retry says something else: %s, then %s", got[0].raw, n.raw)
			}
		}
	})
}

func TestRedirects(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.shop.answers(func(w http.ResponseWriter, r *http.Request) {
			var hop int
			if _, err := fmt.Sscanf(r.URL.Path, "/hop%d", &hop); err == nil && hop > 0 {
				http.Redirect(w, r, fmt.Sprintf("/hop%d", hop-1), http.StatusTemporaryRedirect)
			}
		})
		for hops, want := range map[int]int{1: 2, 5: 6, 6: 6} { // at most five are followed
			st.charge(fmt.Sprint("h", hops), 1, "X-Override-Notification", fmt.Sprintf("http://shop/hop%d", hops))
			synctest.Wait()
			got := st.shop.took()
			if len(got) != want {
				t.Errorf("%d hops: got %d requests, want %d", hops, len(got), want)
			}
			for _, n := range got {
				if n.OrderID == "" {
					t.Errorf("%d hops: the body was lost at %s", hops, n.path)
				}
			}
		}
	})
}

func TestWhoIsNotified(t *testing.T) {
	bubble(t, Options{NotifyURL: "http://shop/dashboard"}, func(st *stage) {
		for name, c := range map[string]struct {
			override, appended string
			want               string
		}{
			"dashboard":        {"", "", "/dashboard"},
			"override":         {"http://shop/1", "", "/1"},
			"append":           {"", "http://shop/a", "/a /dashboard"},
			"both: override":   {"http://shop/1", "http://shop/a", "/1"},
			"three":            {"http://shop/1, http://shop/2,http://shop/3", "", "/1 /2 /3"},
			"the fourth is no": {"http://shop/1,http://shop/2,http://shop/3,http://shop/4", "", "/1 /2 /3"},
			"not a URL":        {"shop/1", "", "/dashboard"},
		} {
			st.call("POST", "/v2/charge", details(strings.Map(letters, name), "1", ""), "X-Override-Notification", c.override, "X-Append-Notification", c.appended)
			synctest.Wait()
			paths := map[string]bool{}
			for _, n := range st.shop.took() {
				paths[n.path] = true
			}
			var got []string
			for _, p := range []string{"/1", "/2", "/3", "/4", "/a", "/dashboard"} {
				if paths[p] {
					got = append(got, p)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: got %v, want %s", name, got, c.want)
			}
		}
	})
}

func letters(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r
	}
	return -1
}

// TestOneAfterTheOther holds up the first notification: the second waits for
// its first attempt, and not for its retries.
func TestOneAfterTheOther(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		var calls atomic.Int32
		st.shop.answers(func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) == 1 {
				time.Sleep(10 * time.Second)
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		})
		st.charge("a", 1)
		st.must(st.Pay("a"))
		time.Sleep(20 * time.Second)
		if got, want := states(st.shop.took()), "a pending, a settlement"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		time.Sleep(10 * time.Minute)
		if got, want := states(st.shop.took()), "a pending"; got != want {
			t.Errorf("the retry: got %s, want %s", got, want)
		}
	})
}

func TestNotificationFaults(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault Fault
		soon  string // what arrived a second after the payment
		later string // what arrived in the hour after it
	}{
		{"drop", Fault{Kind: DropNotification, State: "settlement"}, "a pending", ""},
		{"drop all", Fault{Kind: DropNotification}, "", ""},
		{"duplicate", Fault{Kind: DuplicateNotification, State: "settlement"}, "a pending, a settlement, a settlement", ""},
		{"delay", Fault{Kind: DelayNotification, State: "settlement", Delay: Delay(time.Minute)}, "a pending", "a settlement"},
		{"delayed pending", Fault{Kind: DelayNotification, State: "pending", Delay: Delay(time.Minute)}, "a settlement", "a pending"},
		{"reorder", Fault{Kind: ReorderNotification, State: "pending"}, "a settlement, a pending", ""},
		{"reorder, nothing follows", Fault{Kind: ReorderNotification, State: "settlement"}, "a pending", "a settlement"},
		{"other order", Fault{Kind: DropNotification, Order: "b"}, "a pending, a settlement", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, Options{}, func(st *stage) {
				st.must(st.Faults().Set(c.fault))
				st.charge("a", 1)
				st.must(st.Pay("a"))
				time.Sleep(time.Second)
				synctest.Wait()
				if got := states(st.shop.took()); got != c.soon {
					t.Errorf("soon: got %q, want %q", got, c.soon)
				}
				time.Sleep(time.Hour)
				if got := states(st.shop.took()); got != c.later {
					t.Errorf("later: got %q, want %q", got, c.later)
				}
				st.mu.Lock()
				defer st.mu.Unlock()
				if p := st.post; len(p.letters)+len(p.order)+len(p.last)+len(p.held) != 0 {
					t.Errorf("left behind: %d letters, %d in order, %d last, %d held", len(p.letters), len(p.order), len(p.last), len(p.held))
				}
			})
		})
	}
}

func TestLyingNotifications(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.must(st.Faults().Set(Fault{Kind: ForgeNotification, Order: "forged"}, Fault{Kind: WrongAmountNotification, Order: "wrong", Amount: 1}))
		for _, order := range []string{"forged", "wrong"} {
			st.charge(order, 25000)
		}
		synctest.Wait()
		for _, n := range st.shop.took() {
			err := n.Verify(testKey)
			switch {
			case n.OrderID == "forged" && (err == nil || n.GrossAmount != 25000):
				t.Errorf("forged: got %v, amount %v", err, n.GrossAmount)
			case n.OrderID == "wrong" && (err != nil || n.GrossAmount != 1):
				t.Errorf("wrong amount: got %v, amount %v", err, n.GrossAmount)
			}
		}
		tr, err := st.api(midtrans.Options{}).Status(st.Context(), "wrong")
		if err != nil || tr.GrossAmount != 25000 {
			t.Errorf("status tells the truth: got %v, %v", tr.GrossAmount, err)
		}
	})
}
