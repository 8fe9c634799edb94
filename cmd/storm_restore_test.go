package cmd_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"time"
)

// TestBackendRestored puts an old copy of its book back under the real
// backend in the middle of a sale. The sale goes on, those after it too, and
// the money that the copy does not know of is found again by itself: the till
// notices that the news are counted anew and names its orders, and the backend
// reads each from the provider. Nothing can be charged in that way, whatever was
// forgotten.
func TestBackendRestored(t *testing.T) {
	t.Parallel() // it mostly waits
	s := newStorm(t, rand.New(rand.NewPCG(9, 2)))
	for _, l := range s.lanes {
		l.mend()
	}
	book := s.programs[1]
	before := s.sold(11_000)
	copied := s.bookFile() + ".old"
	s.whileDown(book, func() { s.copyBook(s.bookFile(), copied) })
	forgotten := []string{s.sold(22_000), s.sale(33_000, changeMind)}
	shown := s.offer(44_000)
	s.whileDown(book, func() { s.copyBook(copied, s.bookFile()) })
	s.await("the backend again", func() bool {
		body, err := s.do(http.MethodGet, s.backend+"/healthz")
		return err == nil && body != nil
	})
	if got := s.backendState(before); got != "settled" {
		t.Errorf("the copy says %q of %s, want settled: it is no copy", got, before)
	}
	if got := s.backendState(forgotten[0]); got != "" {
		t.Errorf("the copy says %q of %s, want nothing: it is not old", got, forgotten[0])
	}
	s.await("payment of the code that was on the glass", func() bool { return s.pay(shown, false) })
	s.finish(shown)
	after := s.sold(55_000)
	s.heal()
	s.healsItself()
	s.compare()
	for _, order := range []string{before, forgotten[0], shown, after} {
		if got := s.backendState(order); got != "settled" {
			t.Errorf("%s: backend says %q after healing, want settled", order, got)
		}
	}
	s.quiet(time.Second, len(s.facts()))
}

// await lets time pass until something is so.
func (s *storm) await(what string, so func() bool) {
	s.Helper()
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(50 * time.Millisecond) {
		if so() {
			return
		}
	}
	screen, order := s.till.screen()
	s.Fatalf("in vain waited for %s; the glass shows %s %s", what, screen, order)
}

// sale is one undisturbed sale from idle to idle, and its order.
func (s *storm) sale(amount int, p plan) string {
	s.Helper()
	opened, acted := len(s.till.orders()), map[string]bool{}
	s.await(fmt.Sprintf("the end of a sale of Rp %d", amount), func() bool {
		screen, order := s.till.screen()
		mine := len(s.till.orders()) > opened
		if screen == "idle" && mine {
			return true
		}
		s.press(screen, order, amount, mine, p, acted)
		return false
	})
	return s.till.orders()[opened]
}

// sold is a sale that is paid. On a machine with too much to do a code may come later
// than the cashier's patience lasts: that sale was let go of, and is made again.
func (s *storm) sold(amount int) (order string) {
	s.Helper()
	for range 10 {
		order = s.sale(amount, payAtOnce)
		if s.backendState(order) == "settled" {
			return order
		}
	}
	s.Fatalf("ten sales of Rp %d, and none was paid", amount)
	return ""
}

// offer is a sale as far as its code on the glass.
func (s *storm) offer(amount int) (order string) {
	s.Helper()
	s.await(fmt.Sprintf("a code over Rp %d", amount), func() bool {
		screen, shown := s.till.screen()
		if order = shown; screen == "offering" {
			return true
		}
		s.press(screen, order, amount, false, payAtOnce, nil)
		return false
	})
	return order
}

// finish acknowledges what comes of a code on the glass, which must be LUNAS.
func (s *storm) finish(order string) {
	s.Helper()
	s.await("LUNAS of "+order, func() bool {
		screen, shown := s.till.screen()
		return (screen == "thanks" || screen == "late") && shown == order
	})
	s.await("idle", func() bool {
		screen, shown := s.till.screen()
		s.press(screen, shown, 0, true, payAtOnce, map[string]bool{shown: true})
		return screen == "idle"
	})
}

// whileDown does something between two lives of a program.
func (s *storm) whileDown(p *program, do func()) {
	p.kill()
	do()
	s.start(p)
}

// copyBook copies a book that nobody has open, as kill -9 left it.
func (s *storm) copyBook(from, to string) {
	s.Helper()
	for _, tail := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(to + tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.Fatal(err)
		}
		if tail == "-shm" {
			continue // made anew
		}
		text, err := os.ReadFile(from + tail)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to+tail, text, 0o600)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
}

// healsItself wants the backend to know again of every settlement that the
// till's journal has: the till notices that the book is an old copy, and names
// to it what it forgot.
func (s *storm) healsItself() {
	s.Helper()
	for _, f := range s.facts() {
		if f.Kind == "settled" {
			s.await("the backend to know again of "+f.Order, func() bool { return s.backendState(f.Order) == "settled" })
		}
	}
}

// quiet reports records that the till makes when nothing is left to say: news
// of money it has already shown would be shown again.
func (s *storm) quiet(d time.Duration, rows int) {
	s.Helper()
	time.Sleep(d)
	if got := len(s.facts()); got != rows {
		s.Errorf("the till has written %d more records about nothing new", got-rows)
	}
	if screen, order := s.till.screen(); screen != "idle" {
		s.Errorf("the glass shows %s %s, want idle", screen, order)
	}
}
