package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// till drives Step by hand: a clock that only moves when told to, everything
// owed so far, and the promise, checked after each step, that the journal
// alone would rebuild the durable half.
type till struct {
	testing.TB
	State
	now     time.Duration
	owed    Effects // of the last step
	journal []Record
	calls   []Call // not answered yet
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const device = "toko-1"

func id(n int64) OrderID { return MakeOrderID(device, n) }

// newTill is a till at first power-on that nobody has greeted.
func newTill(tb testing.TB) *till {
	t := &till{TB: tb}
	t.boot()
	return t
}

// greetedTill is one that a backend has greeted: it can sell.
func greetedTill(tb testing.TB) *till {
	t := newTill(tb)
	t.step(Wake{})
	t.step(Greeted{Next: 1, Latest: 0})
	return t
}

func (t *till) moment() Moment { return Moment{Up: t.now, Wall: noon.Add(t.now)} }

// boot is a power cut: only the journal is left.
func (t *till) boot() {
	t.Helper()
	t.now, t.calls, t.owed = 0, nil, Effects{}
	t.State = Boot(Config{Device: device, Merchant: "Warung Bu Tini", Version: "test", PINRounds: 1, Settable: true}, t.fold(), t.moment())
}

func (t *till) fold() Book {
	t.Helper()
	b, err := Fold(func(yield func(Record, error) bool) {
		for _, r := range t.journal {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (t *till) step(e Event) {
	t.Helper()
	if told, ok := e.(Told); ok && told.Call != 0 {
		t.calls = slices.DeleteFunc(t.calls, func(c Call) bool { return c.Order == told.Order && c.Verb == told.Call })
	}
	t.calls = slices.DeleteFunc(t.calls, func(c Call) bool {
		switch e := e.(type) {
		case Greeted:
			return c.Verb == Hello
		case LinkTold:
			return c.Verb == e.Call && c.Order == e.Order
		case Found:
			return c.Verb == e.Call && (c.Ticket == e.Ticket && c.Verb == FindCustomer || c.Customer == e.Customer && c.Verb == Unlink)
		}
		return false
	})
	t.State, t.owed = Step(t.State, t.moment(), e)
	t.journal = append(t.journal, t.owed.Records...)
	t.calls = append(t.calls, t.owed.Calls...)
	if len(t.owed.Records) == 0 {
		return
	}
	if got, want := fmt.Sprintf("%+v", t.Book), fmt.Sprintf("%+v", t.fold()); got != want {
		t.Fatalf("after %#v the live book is\n%s\nbut the journal says\n%s", e, got, want)
	}
}

func (t *till) keys(s string) {
	t.Helper()
	for _, k := range s {
		t.step(Key(k))
	}
}

// wait lets time pass, waking the till whenever it asked to be.
func (t *till) wait(d time.Duration) {
	t.Helper()
	end := t.now + d
	for range 10_000 {
		at, ok := t.Wake()
		if !ok || at > end {
			t.now = end
			return
		}
		t.now = max(at, t.now)
		t.step(Wake{})
		if again, ok := t.Wake(); ok && again <= t.now {
			t.Fatalf("on %s the till wants to wake at %v again, now is %v", t.Screen.Name(), again, t.now)
		}
	}
	t.Fatal("the till never rests")
}

func (t *till) want(name string) {
	t.Helper()
	if got := t.Screen.Name(); got != name {
		t.Fatalf("screen = %s %+v, want %s", got, t.Screen, name)
	}
}

// recorded is the kinds in the last step's records, in order.
func (t *till) recorded() string {
	var kinds []string
	for _, r := range t.owed.Records {
		kinds = append(kinds, string(r.Kind))
	}
	return strings.Join(kinds, " ")
}

// qrFor is a well-formed code for an amount, as the provider makes them.
func qrFor(amount Rupiah) string {
	return seal(fmt.Sprintf("00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE"+
		"51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID"+
		"%s6007BANDUNG61054028454%02d%d62075003abc", tlv("59", "Test"), len(fmt.Sprint(int64(amount))), amount))
}

func tlv(tag, value string) string { return fmt.Sprintf("%s%02d%s", tag, len(value), value) }

func seal(body string) string {
	body += "6304"
	return body + fmt.Sprintf("%04X", CRC16(body))
}

func pending(n int64, amount Rupiah) Told {
	return Told{Order: id(n), Call: Open, Fact: FactPending, Amount: amount, Transaction: "tx", QR: qrFor(amount), ExpiresIn: 15 * time.Minute}
}

func settled(n int64, amount Rupiah) Told {
	return Told{Order: id(n), Fact: FactSettled, Amount: amount, Paid: amount, Transaction: "tx", Seq: 7, SettledAt: noon}
}

func ended(n int64, f Fact) Told {
	return Told{Order: id(n), Fact: f, Amount: 25_000, Seq: 9}
}

// offeringTill shows the code of a sale of Rp 25.000.
func offeringTill(tb testing.TB) *till {
	t := greetedTill(tb)
	t.keys("25000\n")
	t.step(pending(1, 25_000))
	t.want("offering")
	return t
}
