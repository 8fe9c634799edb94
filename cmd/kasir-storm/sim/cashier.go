package sim

import (
	"strconv"
	"strings"
	"time"

	"kasir/terminal"
)

// errand is one thing a cashier means to do.
type errand struct {
	what   terminal.Purpose // 0: sell with a code
	amount int64            // ForCharge and 0
	phone  string           // as keyed
}

// cashier stands before a till, knows what is to be keyed, and reads nothing
// but the glass.
type cashier struct {
	t       *till
	todo    []errand
	keyed   bool // the first errand was confirmed on this till
	due     bool // a press is on the agenda
	dialed  string
	sale    *sale
	counted int           // shifts that he closed
	countAt time.Duration // when he looks for the next time
}

// The shop has few prices, so that one sale's money fits another's.
var prices = []int64{1000, 25_000, 25_000, 150_000, 1_007_500}

// Its customers are few.
// Two of them have numbers that end alike.
var phones = []string{"081234567890", "081398765432", "085599887890"}

func newCashier(t *till) cashier {
	w := t.w
	c := cashier{t: t}
	for range 1 + w.dice.IntN(3) {
		e := errand{amount: prices[w.dice.IntN(len(prices))], phone: phones[w.dice.IntN(len(phones))]}
		if w.chance(0.3) {
			e.what = terminal.ForCharge
			if w.chance(0.8) {
				c.todo = append(c.todo, errand{what: terminal.ForLink, phone: e.phone})
			}
		}
		c.todo = append(c.todo, e)
		if w.chance(0.1) {
			c.todo = append(c.todo, errand{what: terminal.ForUnlink, phone: e.phone})
		}
	}
	return c
}

// stir has the cashier look at the glass soon.
func (c *cashier) stir(in time.Duration) {
	if c.due {
		return
	}
	c.due = true
	c.t.w.after(in, func() {
		c.due = false
		c.act()
	})
}

// act is one look at the glass, and perhaps one press.
func (c *cashier) act() {
	t, w := c.t, c.t.w
	if !t.up {
		return
	}
	if _, stopped := t.glass.Screen.(terminal.Fault); stopped {
		w.tell("%s: switched off and on", t.name)
		t.up = false
		t.see(terminal.View{})
		w.after(time.Second, t.boot)
		return
	}
	if !w.calm && w.chance(w.weather.monkey) {
		keys := []terminal.Key{'0', '1', '9', 'z', '+', 'b', 'c', 'm', 'l', '\n'}
		c.press(keys[w.dice.IntN(len(keys))])
		c.stir(w.between(50*time.Millisecond, time.Second))
		return
	}
	k, again := c.choose(t.glass.Screen)
	if k != 0 {
		c.press(k)
	}
	if again > 0 {
		c.stir(again)
	}
}

// press is one key. Confirming an amount is a sale.
func (c *cashier) press(k terminal.Key) {
	t := c.t
	switch s := t.glass.Screen.(type) {
	case terminal.Entering:
		if k == terminal.KeyOK {
			c.confirmed(int64(s.Total()), s.Linked)
		}
	case terminal.Dialing:
		if k == terminal.KeyOK {
			c.dialed = s.Phone
		}
	case terminal.Denied: // the same sale once more
		if o := t.w.orders[string(s.Order)]; k == terminal.KeyOK && s.Retry && o != nil {
			c.sale, c.dialed = o.sale, o.sale.phone
		}
	}
	before := t.glass.Screen
	t.take(k)
	t.judgePress(before, k)
}

// confirmed notes what the cashier saw when he pressed OK: from now on this is
// what the customer owes.
func (c *cashier) confirmed(amount int64, linked bool) {
	w := c.t.w
	if amount < int64(terminal.MinCharge) || amount > int64(terminal.MaxCharge) {
		return
	}
	c.sale = &sale{n: len(w.sales), till: c.t, amount: amount, linked: linked}
	w.sales = append(w.sales, c.sale)
	w.tell("%s: cashier confirms Rp %d, sale %d", c.t.name, amount, c.sale.n)
}

// next is the errand that the cashier is at; ok is false when he is done.
func (c *cashier) next() (e errand, ok bool) {
	if len(c.todo) == 0 || c.t.w.calm {
		return errand{}, false
	}
	return c.todo[0], true
}

func (c *cashier) done() {
	if len(c.todo) > 0 {
		c.todo = c.todo[1:]
	}
}

const (
	quick = 150 * time.Millisecond
	soon  = 700 * time.Millisecond
)

// choose is which key to press before a screen, 0 for none, and when to look
// again, 0 for when it changes.
func (c *cashier) choose(s terminal.Screen) (k terminal.Key, again time.Duration) {
	w := c.t.w
	impatient := func(p float64) terminal.Key {
		if w.calm || !w.chance(p) {
			return 0
		}
		return terminal.KeyClear
	}
	rush := 0.02
	if w.weather.hurried {
		rush = 0.12
	}
	if k, again, ok := c.counts(s); ok {
		return k, again
	}
	switch s := s.(type) {
	case terminal.Idle:
		return c.begin()
	case terminal.Menu:
		if e, ok := c.next(); ok && e.what == terminal.ForLink {
			return '4', quick
		} else if ok && e.what == terminal.ForCharge {
			return '5', quick
		} else if ok && e.what == terminal.ForUnlink {
			return '6', quick
		}
		return terminal.KeyClear, quick
	case terminal.Entering:
		return c.keyAmount(s), quick
	case terminal.Dialing:
		return c.dial(s), quick
	case terminal.Asking:
		return impatient(rush), 2 * time.Second
	case terminal.Offering, terminal.Verifying:
		k = impatient(rush)
		if o, ok := s.(terminal.Offering); ok && k == 0 && o.Code && w.chance(0.3) {
			return terminal.KeyPlus, quick
		}
		if k == 0 && w.chance(0.05) {
			k = terminal.KeyOK
		}
		return k, 3 * time.Second
	case terminal.Confirming:
		return c.keyCode(s)
	case terminal.Unsure, terminal.Offline:
		if u, ok := s.(terminal.Unsure); ok && u.Code && w.chance(0.3) {
			return terminal.KeyPlus, quick
		}
		if k = impatient(3 * rush); k == 0 && w.chance(0.3) {
			k = terminal.KeyOK
		}
		return k, 4 * time.Second
	case terminal.Finding:
		if e, ok := c.next(); ok && c.keyed && w.weather.hurried && w.chance(0.3) {
			// The wrong number: once more, at once, with another.
			c.keyed, e.phone = false, phones[w.dice.IntN(len(phones))]
			c.todo[0] = e
			return terminal.KeyClear, quick
		}
		return impatient(rush), 3 * time.Second
	case terminal.Linking, terminal.LinkOffer, terminal.Unlinking:
		return impatient(rush), 3 * time.Second
	case terminal.Denied:
		if s.Retry && !w.calm && w.chance(0.7) {
			return terminal.KeyOK, soon
		}
		return terminal.KeyClear, soon
	case terminal.UnlinkConfirm, terminal.Thanks, terminal.Late, terminal.Alarm:
		return terminal.KeyOK, soon
	case terminal.Cancelling:
		return 0, 0
	}
	return terminal.KeyClear, soon
}

// begin starts the next errand, when there is one.
func (c *cashier) begin() (terminal.Key, time.Duration) {
	e, ok := c.next()
	switch {
	case !ok:
		return 0, 0
	case c.keyed:
		c.keyed = false
		c.done()
		return 0, c.t.w.between(soon, 10*time.Second)
	case e.what == 0:
		return terminal.Key(strconv.FormatInt(e.amount, 10)[0]), quick
	}
	return terminal.KeyMenu, quick
}

// keyAmount goes on with an amount: the next digit of it, or away with what is
// not the beginning of it.
func (c *cashier) keyAmount(s terminal.Entering) terminal.Key {
	e, ok := c.next()
	want, have := strconv.FormatInt(e.amount, 10), ""
	if s.Amount > 0 {
		have = strconv.FormatInt(int64(s.Amount), 10)
	}
	switch {
	case !ok, s.Refusal == terminal.RefuseTooManyOpen, s.Linked != (e.what == terminal.ForCharge), e.what == terminal.ForLink, e.what == terminal.ForUnlink:
		c.done()
		return terminal.KeyClear
	case s.Sum == 0 && have == want:
		c.keyed = true
		return terminal.KeyOK
	case s.Sum == 0 && strings.HasPrefix(want, have):
		rest := want[len(have):]
		if strings.HasPrefix(rest, "00") && have != "" {
			return terminal.KeyZeroZero
		}
		return terminal.Key(rest[0])
	case s.Sum > 0:
		return terminal.KeyClear
	}
	return terminal.KeyBack
}

func (c *cashier) dial(s terminal.Dialing) terminal.Key {
	e, ok := c.next()
	switch {
	case !ok || s.Refusal != terminal.NoRefusal || s.For != e.what:
		c.done()
		return terminal.KeyClear
	case s.Phone == e.phone:
		c.keyed = true
		return terminal.KeyOK
	case strings.HasPrefix(e.phone, s.Phone):
		return terminal.Key(e.phone[len(s.Phone)])
	}
	return terminal.KeyBack
}
