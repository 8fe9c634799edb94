package ledger

import (
	"errors"
	"testing"
	"time"
)

const page = "https://api.midtrans.com/v2/gopay/redirect/gppr_1/charge"

func openedLinked() Open {
	o := opened()
	o.PaymentType, o.Lifetime, o.Customer, o.Account = "gopay", 5*minute, "c-1", "A1"
	return o
}

func sent(status string, change func(*Tx)) Answer {
	return Answer{Verb: Send, Outcome: Done, Tx: with(tx(status), func(t *Tx) {
		t.Lifetime = 5 * minute
		if change != nil {
			change(t)
		}
	})}
}

var (
	taken    = sent("settlement", nil)
	wantsPIN = sent("pending", func(t *Tx) { t.VerifyURL = page })
)

var linkedSituations = []situation{
	{"asked: the charge call is in the air", func() *life { return begin().steps(openedLinked()) }},
	{"asked: answered as paid, reading back", func() *life { return begin().steps(openedLinked(), taken) }},
	{"asked: answered as paid, read back as pending", func() *life { return begin().steps(openedLinked(), taken, says("pending")) }},
	{"asked: answered as paid, read back as another amount", func() *life {
		return begin().steps(openedLinked(), taken, Answer{Verb: Status, Outcome: Done, Tx: with(tx("settlement"), func(t *Tx) { t.Amount++ })})
	}},
	{"asked: unanswered, looking for it", func() *life { return begin().steps(openedLinked(), outcome(Send, Unknown)) }},
	{"asked: sent again after it was not known there", func() *life {
		l := begin().steps(openedLinked(), outcome(Send, Unknown), outcome(Status, Unknown))
		l.ticks(AbsenceGrace)
		return l.steps(outcome(Status, Absent))
	}},
	{"asked: found waiting for a PIN, sent again for its page", func() *life {
		return begin().steps(openedLinked(), outcome(Send, Unknown), says("pending"))
	}},
	{"asked: its page is somebody else's, being cancelled", func() *life {
		return begin().steps(openedLinked(), sent("pending", func(t *Tx) { t.BadLink = true }))
	}},
	{"pending: the PIN is asked for", func() *life { return begin().steps(openedLinked(), wantsPIN) }},
	{"pending: overdue", func() *life {
		l := begin().steps(openedLinked(), wantsPIN)
		l.pass(5 * minute)
		return l.steps(Tick{})
	}},
	{"pending: the cancel is in the air", func() *life { return begin().steps(openedLinked(), wantsPIN, cancelled()) }},
	{"settled", func() *life { return begin().steps(openedLinked(), taken, says("settlement")) }},
	{"asked: not linked, looked for", func() *life {
		o := openedLinked()
		o.Account = ""
		return begin().steps(o)
	}},
	{"denied: not linked", func() *life {
		o := openedLinked()
		o.Account = ""
		return begin().steps(o, outcome(Status, Absent))
	}},
	{"denied: refused again, looked for", func() *life {
		l := begin().steps(openedLinked(), outcome(Send, Unknown), outcome(Status, Unknown))
		l.ticks(AbsenceGrace)
		l.steps(outcome(Status, Absent), refused(Send, ReasonNotLinked), outcome(Status, Absent))
		l.ticks(AbsenceGrace)
		return l.steps(outcome(Status, Absent))
	}},
}

var linkedHappenings = append([]happening{
	{"charge: paid", taken},
	{"charge: paid, another amount", sent("settlement", func(t *Tx) { t.Amount++ })},
	{"charge: wants the PIN", wantsPIN},
	{"charge: wants the PIN on a strange page", sent("pending", func(t *Tx) { t.BadLink = true })},
	{"charge: pending without a page", sent("pending", nil)},
	{"charge: not linked", refused(Send, ReasonNotLinked)},
	{"charge: busy", Answer{Verb: Send, Outcome: Refused, Reason: Reason{Code: ReasonBusy, Retry: true}}},
}, happenings...)

// TestLinkedTable is TestTable for charges of linked wallets.
func TestLinkedTable(t *testing.T) {
	table(t, "linked.golden", linkedSituations, linkedHappenings)
}

// TestNoCodeAndPage: nothing ever makes a charge both, or the one into the
// other, and nothing that is answered settles by the charge call alone.
func TestNoCodeAndPage(t *testing.T) {
	for _, s := range append(append([]situation{}, situations...), linkedSituations...) {
		before := s.make()
		for _, first := range linkedHappenings {
			once := *before
			once.steps(first.Event)
			if a, ok := first.Event.(Answer); ok && a.Verb == Send && once.State == Settled && before.State != Settled {
				t.Fatalf("%s, %s: settled unread", s.name, first.name)
			}
			for _, second := range linkedHappenings {
				twice := once
				l := &twice
				l.steps(second.Event)
				if l.Linked() && l.QR != "" || !l.Linked() && l.VerifyURL != "" {
					t.Fatalf("%s, %s, %s: %+v", s.name, first.name, second.name, l.Facts)
				}
				if again := reload(l); again != "" {
					t.Fatalf("%s, %s, %s: %s", s.name, first.name, second.name, again)
				}
			}
		}
	}
}

// reload checks that a charge that is loaded again shows the same.
func reload(l *life) string {
	again := Load(l.Facts)
	if again.State != l.State || again.payment() != l.payment() {
		return "shows something else after a restart"
	}
	return ""
}

func TestAdmitOpen(t *testing.T) {
	l := begin().steps(openedLinked())
	early := begin().steps(cancelled())
	plain := begin().steps(opened())
	for _, test := range []struct {
		name     string
		l        *life
		amount   int64
		journal  string
		customer string
		want     error
	}{
		{"the same", l, amount, journal, "c-1", nil},
		{"another customer", l, amount, journal, "c-2", ErrConflict},
		{"nobody's", l, amount, journal, "", ErrConflict},
		{"another amount", l, amount + 1, journal, "c-1", ErrConflict},
		{"another journal", l, amount, "other", "c-2", ErrTaken},
		{"a code's order for a customer", plain, amount, journal, "c-1", ErrConflict},
		{"cancelled before it was opened", early, amount, journal, "c-1", nil},
		{"new", begin(), 1, "x", "c-9", nil},
	} {
		if got := test.l.AdmitOpen(test.amount, test.journal, test.customer); !errors.Is(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestLinkedSentAgain: the same order, key and account; and a refusal of the
// second call says nothing about the first.
func TestLinkedSentAgain(t *testing.T) {
	l := begin()
	first := l.step(openedLinked()).Calls[0]
	if first.Account != "A1" || first.Lifetime != 5*minute || first.PaymentType != "gopay" {
		t.Errorf("sent %+v", first)
	}
	l.step(outcome(Send, Unknown))
	var again *Call
	for range 10 {
		for _, c := range append(l.step(outcome(Status, Absent)).Calls, l.ticks(readFloor)...) {
			if c.Verb == Send {
				again = &c
			}
		}
		if again != nil {
			break
		}
	}
	if again == nil || *again != first {
		t.Fatalf("sent %+v, want %+v again", again, first)
	}
	l.step(refused(Send, ReasonNotLinked))
	if l.State != Asked {
		t.Errorf("%s by the second call", l.State)
	}
	if l.step(says("settlement")); l.State != Settled || l.Paid != amount {
		t.Errorf("%s %d: the first had taken the money", l.State, l.Paid)
	}
}

// TestWrongAmountTaken: money that is gone already is for a person to look at.
func TestWrongAmountTaken(t *testing.T) {
	wrong := func(t *Tx) { t.Amount = 9 }
	read := Answer{Verb: Status, Outcome: Done, Tx: with(tx("settlement"), wrong)}
	for name, l := range map[string]*life{
		"answered":       begin().steps(openedLinked(), sent("settlement", wrong), read),
		"found":          begin().steps(openedLinked(), outcome(Send, Unknown), read),
		"found, resumed": begin().steps(openedLinked(), outcome(Send, Unknown), read, Resume{}, read),
	} {
		if paid, ok := l.Mispaid(); !ok || paid != 9 || l.State != Asked {
			t.Errorf("%s: %d %v %s", name, paid, ok, l.State)
		}
		for _, c := range l.ticks(time.Hour) {
			if c.Verb == Send || c.Verb == Stop {
				t.Errorf("%s: %s was called", name, c.Verb)
			}
			l.step(Answer{Verb: c.Verb, Outcome: Locked})
		}
	}
}
