package sandbox

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// lives are sandboxes that follow each other on one state file.
type lives struct {
	*stage
	dir  string
	file string
}

// firstLife opens a sandbox on a new file, in place of the stage's own.
func firstLife(t *testing.T, o Options) *lives {
	t.Helper()
	st := newStage(t, o)
	l := &lives{stage: st, dir: t.TempDir()}
	l.file = filepath.Join(l.dir, "deep", "state.json")
	l.open(l.file)
	return l
}

func (l *lives) open(file string) {
	l.Helper()
	s, err := Open(Options{ServerKey: testKey, Seed: 1, HTTP: l.net.client(), ExpiryLag: time.Second}, file)
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() {
		if err := s.Close(); err != nil {
			l.Error(err)
		}
	})
	l.Sandbox, l.file = s, file
	l.net.serve("provider", s)
	l.http = l.net.client()
}

// kill leaves the old life where it is and goes on from what its file holds
// now, as after kill -9; the old one's notifications are cut off.
func (l *lives) kill() {
	l.Helper()
	b, err := os.ReadFile(l.file)
	l.must(err)
	l.must(l.Close())
	next := l.file + "x"
	l.must(os.WriteFile(next, b, 0o600))
	l.open(next)
}

// TestKill kills the provider after every answer: nothing answered is lost.
func TestKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := firstLife(t, Options{})
		same := func(step string) {
			t.Helper()
			before := l.Orders()
			l.kill()
			if after := l.Orders(); !reflect.DeepEqual(before, after) {
				t.Fatalf("after %s: got %+v, want %+v", step, after, before)
			}
		}
		same("nothing")
		answer := l.charge("a", 25000, "Idempotency-Key", "k")
		same("charge")
		if got := l.charge("a", 25000, "Idempotency-Key", "k"); !reflect.DeepEqual(got, answer) {
			t.Errorf("replay: got %v, want %v", got, answer)
		}
		if got := l.charge("a", 25000)["status_code"]; got != "406" {
			t.Errorf("duplicate: got %v", got)
		}
		l.must(l.Pay("a"))
		same("pay")
		l.charge("b", 1)
		same("charge")
		l.call("POST", "/v2/b/cancel", "")
		same("cancel")
		l.must(l.PayLate("b"))
		same("late payment")
		l.charge("c", 1)
		same("charge")
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		same("expiry")
		before := len(l.post.waiting())
		l.shop.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
		for i := range 3 { // lives that only differ in their number must not share ids
			l.charge(string(rune('p'+i)), 1)
			synctest.Wait()
			l.kill()
		}
		if got := len(l.post.waiting()) - before; got != 3 {
			t.Errorf("got %d letters waiting, want 3", got)
		}
		if got := l.Orders()[2].Status; got != "expire" {
			t.Errorf("the third: got %s, want expire", got)
		}
		ids := make(map[string]bool)
		for _, o := range l.Orders() {
			ids[o.TransactionID] = true
		}
		if len(ids) != 6 {
			t.Errorf("a seed repeats ids over lives: %v", ids)
		}
	})
}

// TestExpiryAfterKill is dead while an order runs out.
func TestExpiryAfterKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := firstLife(t, Options{})
		l.charge("a", 1)
		b, err := os.ReadFile(l.file)
		l.must(err)
		l.must(l.Close())
		time.Sleep(time.Hour)
		l.must(os.WriteFile(l.file, b, 0o600))
		l.open(l.file)
		synctest.Wait()
		if got := l.Orders()[0].Status; got != "expire" {
			t.Errorf("got %s, want expire", got)
		}
	})
}

// TestNotificationsAfterKill kills while the receiver is down: the schedule
// goes on where it was.
func TestNotificationsAfterKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := firstLife(t, Options{})
		l.shop.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
		l.charge("a", 1)
		l.must(l.Pay("a"))
		time.Sleep(time.Second)
		if got := states(l.shop.took()); got != "a pending, a settlement" {
			t.Fatalf("got %s", got)
		}
		l.kill()
		time.Sleep(30 * time.Second)
		if got := states(l.shop.took()); got != "" {
			t.Errorf("before they were due: got %s", got)
		}
		l.shop.answers(nil)
		time.Sleep(2 * time.Minute)
		if got := states(l.shop.took()); got != "a pending, a settlement" && got != "a settlement, a pending" {
			t.Errorf("when they were due: got %s", got)
		}
		l.kill()
		time.Sleep(10 * time.Hour)
		if got := states(l.shop.took()); got != "" {
			t.Errorf("after they were delivered: got %s", got)
		}
	})
}

// TestTorn cuts the file at every byte of its last line.
func TestTorn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := firstLife(t, Options{})
		l.charge("a", 1)
		l.charge("b", 2)
		whole, err := os.ReadFile(l.file)
		l.must(err)
		lines := bytes.SplitAfter(bytes.TrimSuffix(whole, []byte("\n")), []byte("\n"))
		last := len(whole) - len(lines[len(lines)-1]) - 1
		for cut := last; cut <= len(whole); cut++ {
			entries, err := readEntries(bytes.NewReader(whole[:cut]))
			if err != nil {
				t.Fatalf("cut at %d of %d: %v", cut, len(whole), err)
			}
			want := len(lines) - 2 // without the heading and the torn line
			if cut == len(whole) {
				want++
			}
			if len(entries) != want {
				t.Fatalf("cut at %d of %d: got %d entries, want %d", cut, len(whole), len(entries), want)
			}
		}
		// The next life writes after what is left of it, not after the torn line.
		torn := filepath.Join(l.dir, "torn.json")
		l.must(os.WriteFile(torn, whole[:len(whole)-10], 0o600))
		l.must(l.Close())
		l.open(torn)
		l.charge("c", 3)
		l.kill()
		if got := len(l.Orders()); got < 2 || l.Orders()[got-1].OrderID != "c" {
			t.Errorf("got %+v", l.Orders())
		}
	})
}

func TestDamagedState(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, says string }{
		"foreign":  {"hello\n", "line 1"},
		"newer":    {"{\"midtrans-sandbox\":2}\n", "line 1"},
		"damaged":  {heading + "\n{\"transaction\":{}\n{}\n", "line 2"},
		"too long": {heading + "\n" + strings.Repeat("x", 2*maxLine) + "\n", "line 2"},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(Options{}, file)
		if err == nil {
			s.Close()
			t.Errorf("%s: was opened", name)
			continue
		}
		if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
		if b, err := os.ReadFile(file); err != nil || string(b) != c.text {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if s, err := Open(Options{}, dir); err == nil {
		s.Close()
		t.Error("a directory was opened")
	}
}

// TestDiskFails has the file taken away: what is not durable is not true.
func TestDiskFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := firstLife(t, Options{})
		l.charge("a", 1)
		l.mu.Lock()
		l.journal.file.Close()
		l.mu.Unlock()
		if got := l.charge("b", 1)["status_code"]; got != "500" {
			t.Errorf("charge: got %v, want 500", got)
		}
		if err := l.Pay("a"); err == nil {
			t.Error("paid without a journal")
		}
		if o := l.Orders(); len(o) != 1 || o[0].Status != "pending" {
			t.Errorf("got %+v", o)
		}
		l.mu.Lock()
		err := l.journal.rewrite(l.snapshot()) // a new file, so that it can be closed
		l.mu.Unlock()
		if err == nil {
			t.Error("closing the closed file twice went unnoticed")
		}
	})
}

// TestRewrite lets the file grow past its bound.
func TestRewrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := firstLife(t, Options{})
		l.charge("a", 1, "Idempotency-Key", "k")
		l.shop.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
		l.charge("b", 1)
		synctest.Wait()
		l.mu.Lock()
		l.journal.grown = maxBloat
		l.mu.Unlock()
		l.must(l.Pay("a"))
		l.mu.Lock()
		grown := l.journal.grown
		l.mu.Unlock()
		if grown > 1000 { // a delivery may have been noted since
			t.Errorf("grown: got %d", grown)
		}
		if leftovers, err := filepath.Glob(l.file + ".*"); err != nil || len(leftovers) > 0 {
			t.Errorf("left behind: %v, %v", leftovers, err)
		}
		before := l.Orders()
		l.kill()
		if after := l.Orders(); !reflect.DeepEqual(before, after) {
			t.Errorf("got %+v, want %+v", after, before)
		}
		if got := l.charge("x", 1, "Idempotency-Key", "k")["order_id"]; got != "a" {
			t.Errorf("the key was forgotten: got order %v", got)
		}
		l.shop.took()
		time.Sleep(10 * time.Minute)
		if got := states(l.shop.took()); !strings.Contains(got, "b pending") {
			t.Errorf("the retries were forgotten: got %s", got)
		}
	})
}

func TestBookIsBounded(t *testing.T) {
	b := newBook()
	name := func(i int) transaction {
		n := string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		return transaction{OrderID: n, TransactionID: "t" + n, Reference: "r" + n, QR: "q" + n, Status: "settlement"}
	}
	first := name(0)
	first.Status = "pending"
	b.put(first)
	b.put(name(1))
	b.put(name(2))
	b.forget()
	if len(b.all) != 2 || b.find("b") != nil || b.find("tb") != nil || b.byQR["qb"] != nil || b.byRef["rb"] != nil {
		t.Errorf("the oldest finished one is still there: %d", len(b.all))
	}
	if b.find("a") == nil || b.find("c") == nil {
		t.Error("another one was forgotten")
	}
}
