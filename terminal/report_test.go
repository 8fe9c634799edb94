package terminal

import (
	"strings"
	"testing"
)

// TestShiftKnowsItsOrders: what was begun in a shift and what came from before it
// are told apart, so that a report can be checked order by order.
func TestShiftKnowsItsOrders(t *testing.T) {
	s := greetedTill(t)
	s.sells(1, "25000", 25_000)
	s.keys("9000\n")
	s.step(pending(2, 9_000))
	s.keys("c")
	s.wait(unsureAfter + settleGuard)
	s.keys("c" + "m8\n\n\n") // set aside, and closed
	first := s.Book.Shifts[0]
	if first.First != id(1) || first.Last != id(2) || first.Sales != 1 || first.Old != 0 || first.Unsure != 1 || first.Known != id(2) {
		t.Errorf("the first shift %+v", first)
	}
	s.sells(3, "7500", 7_500)
	s.step(settled(2, 9_000)) // of the shift before
	s.wait(settleGuard)
	s.keys("\n" + "m8\n\n\n")
	second := s.Book.Shifts[1]
	if second.First != id(3) || second.Last != id(3) || second.Sales != 2 || second.Taken != 16_500 || second.Old != 1 || second.OldTaken != 9_000 {
		t.Errorf("the second shift %+v", second)
	}
	s.keys("m8\n\n\n")
	if third := s.Book.Shifts[2]; third.First != "" || third.Sales != 0 || third.Known != id(2) && third.Known != id(3) {
		t.Errorf("a shift without a sale %+v", third)
	}
}

// TestOrdersOfAnotherName: a device that was renamed counts what it sold under its
// old name as of before.
func TestOrdersOfAnotherName(t *testing.T) {
	s := Shift{First: "new-00000010"}
	for id, want := range map[OrderID]bool{"new-00000010": true, "new-00000011": true, "new-00000009": false, "old-00000010": false, "": false, "x": false} {
		if got := s.opened(id); got != want {
			t.Errorf("%q opened in it: %v, want %v", id, got, want)
		}
	}
	if (&Shift{}).opened("new-00000001") {
		t.Error("a shift without an order has one")
	}
}

// TestOverridesAreListed: each decision against a warning stands in the report
// with its reason, the order and what came of it; the next shift has none of them.
func TestOverridesAreListed(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.keys("c")
	s.wait(unsureAfter + settleGuard)
	s.keys("c" + "25000\n" + "+") // left before it was sure, and charged once more
	s.step(pending(2, 25_000))
	s.step(settled(2, 25_000))
	s.wait(settleGuard)
	s.step(Told{Order: id(1), Fact: FactSettled, Amount: 25_000, Paid: 24_000})
	s.keys("\n")
	s.wait(settleGuard)
	s.want("alarm")
	s.keys("\n" + "m8\n\n")
	r, ok := s.Screen.(Report)
	if !ok || r.Overs != 3 || r.Agains != 1 {
		t.Fatalf("report %+v", s.Screen)
	}
	s.keys("1")
	for at, want := range []Override{{OverAlarm, id(1), 25_000, ""}, {OverAgain, id(2), 25_000, id(1)}, {OverParked, id(1), 25_000, ""}} {
		o, ok := s.Screen.(Overrides)
		if !ok || o.Override != want || o.At != at+1 || o.Of != 3 {
			t.Errorf("decision %d: %+v, want %+v", at+1, s.Screen, want)
		}
		if end := map[OrderID]Ending{id(1): EndMispaid, id(2): EndPaid}[o.Order]; o.End != end {
			t.Errorf("decision %d ended %v, want %v", at+1, o.End, end)
		}
		s.keys("+")
	}
	if s.owed.Sound.Tone != ToneRefuse {
		t.Error("there is one after the last")
	}
	s.keys("c")
	s.want("report")
	s.keys("1")
	s.wait(menuFor)
	s.want("report")
	s.keys("\n")
	if s.Book.Shift.Overs != 0 || len(s.Book.Overrides) != 0 {
		t.Errorf("the next shift has %+v", s.Book.Overrides)
	}
	s.boot()
	s.keys("m8+1")
	if o, ok := s.Screen.(Overrides); !ok || o.Why != OverAlarm {
		t.Errorf("after a power cut %+v", s.Screen)
	}
}

// TestManyOverrides: a shift in which nobody listened has an end, and the count of
// all of them.
func TestManyOverrides(t *testing.T) {
	b := Book{Next: 1}
	for n := range int64(maxOverrides + 5) {
		b = b.Apply(Record{Kind: KindOpened, Order: id(n + 1), Amount: 1, Why: whyAgain, Transaction: string(id(n)), Next: n + 2})
	}
	if b.Shift.Overs != maxOverrides+5 || len(b.Overrides) != maxOverrides || b.Overrides[0].Order != id(6) {
		t.Errorf("%d decisions, %d listed from %s", b.Shift.Overs, len(b.Overrides), b.Overrides[0].Order)
	}
}

// TestCloseCode: the figures can be shown for a phone once the backend can find
// whose they are; they are of the till that was closed, with its journal's head,
// and the code does not stay for ever.
func TestCloseCode(t *testing.T) {
	s := greetedTill(t)
	s.keys("m8\n\n")
	if r := s.Screen.(Report); r.Code {
		t.Error("a code that nobody can prove")
	}
	s.step(Greeted{Next: 1, Confirm: testConfirm})
	if r := s.Screen.(Report); r.Code {
		t.Error("a code without an order that the backend knows")
	}
	s.keys("\n")
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.step(settled(1, 25_000))
	s.wait(settleGuard)
	s.keys("\n" + "m8\n24000")
	s.State, s.owed = Step(s.State, Moment{Up: s.now, Wall: noon, Head: "0123456789abcdef0123456789abcdef"}, KeyOK)
	s.journal = append(s.journal, s.owed.Records...)
	if r := s.Screen.(Report); !r.Code || r.Head != "0123456789abcdef0123456789abcdef" {
		t.Fatalf("report %+v", s.Screen)
	}
	s.keys("z")
	c, ok := s.Screen.(ForPhone)
	want := testConfirm.Base + "/z/toko-1-00000001.2.1.1.1.25000.0.0.24000.0.0.1795262400.0123456789abcdef."
	if !ok || !strings.HasPrefix(c.Text, want) || len(c.Text) != len(want)+12 || c.Taken != 25_000 || c.Shift != 1 {
		t.Fatalf("code %+v, want it to begin with %s", s.Screen, want)
	}
	s.wait(receiptFor)
	s.want("report")
	s.keys("z5")
	s.want("report")
	s.boot() // the key is learnt anew, the figures are in the journal
	s.step(Wake{})
	s.step(Greeted{Next: 2, Confirm: testConfirm})
	s.keys("m8+z")
	if again, ok := s.Screen.(ForPhone); !ok || again.Text != c.Text {
		t.Errorf("after a power cut %+v, want %s", s.Screen, c.Text)
	}
}

// TestCloseCodeProves: another figure, device or key is another proof.
func TestCloseCodeProves(t *testing.T) {
	c := closing{device, Close{Shift: Shift{No: 3, First: id(1), Last: id(9), Sales: 9, Taken: 90_000}, ToMS: 1_000, Known: id(9), Head: "abc"}}
	own := c.proof(testConfirm.Key)
	for n, change := range []func(*closing){
		func(c *closing) { c.device = "toko-2" }, func(c *closing) { c.No++ }, func(c *closing) { c.First = id(2) }, func(c *closing) { c.Last = id(8) },
		func(c *closing) { c.Sales++ }, func(c *closing) { c.Taken++ }, func(c *closing) { c.Old++ }, func(c *closing) { c.OldTaken++ },
		func(c *closing) { c.Has = true }, func(c *closing) { c.Unsure++ }, func(c *closing) { c.Overs++ }, func(c *closing) { c.ToMS += 1000 },
		func(c *closing) { c.Head = "abd" }, func(c *closing) { c.Known = id(8) },
	} {
		other := c
		if change(&other); other.proof(testConfirm.Key) == own {
			t.Errorf("change %d has the same proof", n)
		}
	}
	if c.proof(ConfirmKey{1}) == own {
		t.Error("another key makes the same proof")
	}
}
