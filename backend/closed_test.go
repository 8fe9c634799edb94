package backend

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// TestClosedShift: the page says whether a terminal's figures of a shift are the
// backend's, for exactly the orders of that shift.
func TestClosedShift(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		second := "KASIR-00000002"
		p.put(receiptOrder, 25_000)
		p.put(second, 7_000)
		p.pay(receiptOrder)
		for p.facts(receiptOrder).State != ledger.Settled {
			time.Sleep(time.Second)
		}
		mine := wire.Close{Known: receiptOrder, Shift: 1, First: 1, Last: 2, Sales: 1, Taken: 25_000, Counted: -1, ToS: 1_763_720_000, Head: "00ff"}
		for _, c := range []struct {
			what   string
			change func(*wire.Close)
			say    string
		}{
			{"as it was", func(*wire.Close) {}, "COCOK"},
			{"one of an earlier shift", func(c *wire.Close) { c.Sales, c.Taken, c.Old, c.OldTaken = 2, 32_500, 1, 7_500 }, "COCOK"},
			{"nothing paid by then", func(c *wire.Close) { c.Sales, c.Taken = 0, 0 }, "Di server ada lebih"},
			{"one that nobody paid", func(c *wire.Close) { c.Sales, c.Taken = 2, 32_000 }, "TIDAK COCOK"},
			{"more than was paid", func(c *wire.Close) { c.Taken = 25_001 }, "TIDAK COCOK"},
			{"of other orders", func(c *wire.Close) { c.First, c.Last = 2, 2 }, "TIDAK COCOK"},
			{"no orders", func(c *wire.Close) { c.First, c.Last, c.Sales, c.Taken = 0, 0, 0, 0 }, "COCOK"},
			{"a year without a close", func(c *wire.Close) { c.Last = maxClosed + 1 }, "Terlalu banyak"},
		} {
			figures := mine
			c.change(&figures)
			time.Sleep(time.Minute)
			status, text := p.closed(figures.Token(p.key, "KASIR"))
			if status != http.StatusOK || !strings.Contains(text, "<h1>"+c.say) {
				t.Errorf("%s: HTTP %d, want %q in\n%s", c.what, status, c.say, text)
			}
		}
	})
}

// TestClosedShiftIsProved: figures that the terminal did not make are no page, and
// nobody learns why.
func TestClosedShiftIsProved(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := confirming(t).scan(25_000)
		p.put(receiptOrder, 25_000)
		mine := wire.Close{Known: receiptOrder, Shift: 1, First: 1, Last: 1, Sales: 1, Taken: 25_000, Counted: 25_000}
		token := mine.Token(p.key, "KASIR")
		strange := mine
		strange.Known = "KASIR-00000009"
		for _, bad := range []string{"x", strings.Replace(token, "25000", "35000", 1), token + "x", mine.Token(p.key[1:], "KASIR"),
			mine.Token(p.key, "KASIR2"), strange.Token(p.key, "KASIR"), receiptOrder + ".1." + token[len(token)-12:]} {
			if status, text := p.closed(bad); status != http.StatusNotFound || strings.Contains(text, "Rp") {
				t.Errorf("%q: HTTP %d\n%s", bad, status, text)
			}
		}
		for range perMinute {
			p.closed(token)
		}
		if status, _ := p.closed(token); status != http.StatusTooManyRequests {
			t.Errorf("the %dth look in a minute: HTTP %d", perMinute+1, status)
		}
	})
}

// closed opens the address of a closed shift.
func (t *town) closed(token string) (int, string) {
	t.Helper()
	return t.pageAt("GET", "/z/", token)
}
