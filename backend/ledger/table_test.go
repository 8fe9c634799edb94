package ledger

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files")

const (
	order   = "KASIR-00000001"
	journal = "0123456789abcdef0123456789abcdef"
	amount  = 25_000
	minute  = time.Minute
)

// life is a charge with a clock, for telling stories.
type life struct {
	Charge
	now Moment
}

func begin() *life {
	return &life{now: Moment{Up: time.Hour, Wall: time.UnixMilli(1_760_000_000_000)}}
}

func (l *life) pass(d time.Duration) {
	l.now.Up += d
	l.now.Wall = l.now.Wall.Add(d)
}

func (l *life) step(e Event) Effects {
	c, owed := Step(l.Charge, l.now, e)
	l.Charge = c
	return owed
}

func (l *life) steps(events ...Event) *life {
	for _, e := range events {
		l.pass(100 * time.Millisecond)
		l.step(e)
	}
	return l
}

// ticks lets d pass, waking the charge whenever it wants to be.
func (l *life) ticks(d time.Duration) (calls []Call) {
	end := l.now.Up + d
	for {
		at, ok := l.Next()
		if !ok || at > end {
			l.pass(end - l.now.Up)
			return calls
		}
		l.pass(max(0, at-l.now.Up))
		calls = append(calls, l.step(Tick{}).Calls...)
	}
}

func opened() Open {
	return Open{Order: order, Device: "KASIR", Number: 1, Amount: amount, Journal: journal,
		PaymentType: "qris", Lifetime: 15 * minute}
}

func cancelled() Cancel {
	return Cancel{Order: order, Device: "KASIR", Number: 1, Amount: amount, Journal: journal}
}

func tx(status string) Tx {
	return Tx{ID: "T1", Order: order, Status: status, Paid: status == "settlement", Amount: amount,
		Mark: Mark(order, amount, journal)}
}

func with(t Tx, change func(*Tx)) Tx { change(&t); return t }

var (
	made     = Answer{Verb: Send, Outcome: Done, Tx: with(tx("pending"), func(t *Tx) { t.QR, t.Lifetime = "QR", 15*minute })}
	codeless = Answer{Verb: Send, Outcome: Done, Tx: with(tx("pending"), func(t *Tx) { t.Image = "https://x/qr" })}
)

func says(status string) Answer        { return Answer{Verb: Status, Outcome: Done, Tx: tx(status)} }
func outcome(v Verb, o Outcome) Answer { return Answer{Verb: v, Outcome: o} }
func refused(v Verb, code string) Answer {
	return Answer{Verb: v, Outcome: Refused, Reason: Reason{Code: code}}
}

type situation struct {
	name string
	make func() *life
}

type happening struct {
	name string
	Event
}

var situations = []situation{
	{"nothing", begin},
	{"asked: the charge call is in the air", func() *life { return begin().steps(opened()) }},
	{"asked: unanswered, looking for it", func() *life { return begin().steps(opened(), outcome(Send, Unknown)) }},
	{"asked: not known there, waiting to look again", func() *life {
		return begin().steps(opened(), outcome(Send, Unknown), outcome(Status, Absent))
	}},
	{"asked: not known there, for longer than the grace", func() *life {
		l := begin().steps(opened(), outcome(Send, Unknown), outcome(Status, Unknown))
		l.ticks(AbsenceGrace)
		return l
	}},
	{"asked: refused as a duplicate, looking for it", func() *life {
		l := begin().steps(opened(), outcome(Send, Duplicate), outcome(Status, Unknown))
		l.ticks(AbsenceGrace)
		return l
	}},
	{"asked: found without its code, sent again", func() *life {
		return begin().steps(opened(), outcome(Send, Unknown), says("pending"))
	}},
	{"asked: made without its code, reading the picture", func() *life { return begin().steps(opened(), codeless) }},
	{"asked: cancel wanted, the charge call is in the air", func() *life { return begin().steps(opened(), cancelled()) }},
	{"asked: cancel wanted, not known there, within the grace", func() *life {
		l := begin().steps(opened(), outcome(Send, Unknown), outcome(Status, Unknown), cancelled())
		l.ticks(ResendGrace)
		return l
	}},
	{"asked: cancel wanted, unanswered for longer than the grace", func() *life {
		l := begin().steps(opened(), outcome(Send, Unknown), outcome(Status, Unknown), cancelled())
		l.ticks(AbsenceGrace)
		return l
	}},
	{"pending", func() *life { return begin().steps(opened(), made) }},
	{"pending: a status call is in the air", func() *life {
		l := begin().steps(opened(), made)
		l.pass(readFloor)
		return l.steps(Look{})
	}},
	{"pending: overdue", func() *life {
		l := begin().steps(opened(), made)
		l.pass(15 * minute)
		return l.steps(Tick{}, says("pending"))
	}},
	{"pending: the cancel is in the air", func() *life { return begin().steps(opened(), made, cancelled()) }},
	{"pending: cancelled, reading back", func() *life {
		l := begin().steps(opened(), made, cancelled(), outcome(Stop, Done))
		l.ticks(time.Second)
		return l
	}},
	{"pending: cancelled, yet it can still be paid", func() *life {
		l := begin().steps(opened(), made, cancelled(), outcome(Stop, Done))
		l.ticks(time.Second)
		return l.steps(says("pending"))
	}},
	{"asked: of another amount, being cancelled", func() *life {
		return begin().steps(opened(), Answer{Verb: Send, Outcome: Done,
			Tx: with(made.Tx, func(t *Tx) { t.Amount++ })})
	}},
	{"settled", func() *life {
		l := begin().steps(opened(), made)
		l.pass(readFloor)
		return l.steps(Look{}, says("settlement"))
	}},
	{"asked: a cancel came first", func() *life { return begin().steps(cancelled()) }},
	{"cancelled: never seen before", func() *life { return begin().steps(cancelled(), outcome(Status, Absent)) }},
	{"cancelled", func() *life {
		l := begin().steps(opened(), made, cancelled(), outcome(Stop, Done))
		l.ticks(time.Second)
		return l.steps(says("cancel"))
	}},
	{"cancelled: looking late", func() *life {
		l := begin().steps(cancelled(), outcome(Status, Absent))
		l.ticks(minute)
		return l
	}},
	{"cancelled: at rest", func() *life {
		l := begin().steps(opened(), made, cancelled(), outcome(Stop, Done))
		l.ticks(time.Second)
		l.steps(says("cancel"))
		for range watchLadder {
			l.ticks(7 * time.Hour)
			l.steps(says("cancel"))
		}
		return l
	}},
	{"expired", func() *life {
		l := begin().steps(opened(), made)
		l.pass(15 * minute)
		return l.steps(Tick{}, says("expire"))
	}},
	{"denied: refused", func() *life { return begin().steps(opened(), refused(Send, "channel_off")) }},
	{"denied: never answered", func() *life {
		l := begin().steps(opened(), outcome(Send, Unknown), outcome(Status, Unknown))
		l.pass(15 * minute)
		return l.steps(Tick{}, outcome(Status, Absent))
	}},
}

var happenings = []happening{
	{"open", opened()},
	{"cancel", cancelled()},
	{"look", Look{}},
	{"tick", Tick{}},
	{"resume", Resume{}},
	{"heard pending", Heard{Signed: "201 25000.00", Claim: Pending}},
	{"heard settled", Heard{Signed: "200 25000.00", Claim: Settled}},
	{"heard cancelled", Heard{Signed: "202 25000.00", Claim: Cancelled}},
	{"heard a new word", Heard{Signed: "200 25000.00"}},
	{"charge: made", made},
	{"charge: made without code", codeless},
	{"charge: made of another amount", Answer{Verb: Send, Outcome: Done, Tx: with(made.Tx, func(t *Tx) { t.Amount++ })}},
	{"charge: made for another order", Answer{Verb: Send, Outcome: Done, Tx: with(made.Tx, func(t *Tx) { t.Order = "X" })}},
	{"charge: denied", Answer{Verb: Send, Outcome: Done, Tx: with(tx("deny"), func(t *Tx) { t.Reason = Reason{Code: "fraud"} })}},
	{"charge: denied 900", Answer{Verb: Send, Outcome: Done, Tx: with(tx("deny"), func(t *Tx) { t.Reason = Reason{Code: ReasonBusy, Retry: true} })}},
	{"charge: refused", refused(Send, "server_key")},
	{"charge: duplicate", outcome(Send, Duplicate)},
	{"charge: unknown", outcome(Send, Unknown)},
	{"status: pending", says("pending")},
	{"status: settlement", says("settlement")},
	{"status: settlement of another amount", Answer{Verb: Status, Outcome: Done, Tx: with(tx("settlement"), func(t *Tx) { t.Amount++ })}},
	{"status: settlement, not accepted", Answer{Verb: Status, Outcome: Done, Tx: with(tx("settlement"), func(t *Tx) { t.Paid = false })}},
	{"status: settlement of a foreign one", Answer{Verb: Status, Outcome: Done, Tx: with(tx("settlement"), func(t *Tx) { t.ID, t.Mark = "T9", "another life" })}},
	{"status: of another order", Answer{Verb: Status, Outcome: Done, Tx: with(tx("settlement"), func(t *Tx) { t.Order = "X" })}},
	{"status: cancel", says("cancel")},
	{"status: expire", says("expire")},
	{"status: deny", says("deny")},
	{"status: refund", says("refund")},
	{"status: partial refund", says("partial_refund")},
	{"status: chargeback", says("chargeback")},
	{"status: authorize", says("authorize")},
	{"status: absent", outcome(Status, Absent)},
	{"status: unknown", outcome(Status, Unknown)},
	{"cancel: done", outcome(Stop, Done)},
	{"cancel: locked", outcome(Stop, Locked)},
	{"cancel: unknown", outcome(Stop, Unknown)},
	{"expire: done", outcome(Expire, Done)},
	{"scan: read", Answer{Verb: Scan, Outcome: Done, QR: "QR"}},
	{"scan: refused", outcome(Scan, Refused)},
	{"scan: unknown", outcome(Scan, Unknown)},
}

// TestTable writes down what every event does in every situation. When it
// fails, run it with -update and read the difference: commit it only if you
// can say for each line why it is right.
func TestTable(t *testing.T) { table(t, "table.golden", situations, happenings) }

func table(t *testing.T, name string, situations []situation, happenings []happening) {
	t.Helper()
	var out strings.Builder
	for _, s := range situations {
		l := s.make()
		fmt.Fprintf(&out, "## %s\n   %s\n", s.name, describe(l, Effects{}))
		for _, h := range happenings {
			after := *l
			after.pass(500 * time.Millisecond)
			owed := after.step(h.Event)
			fmt.Fprintf(&out, "%-38s %s\n", h.name, describe(&after, owed))
		}
		out.WriteString("\n")
	}
	golden(t, name, out.String())
}

func describe(l *life, e Effects) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-9s", l.State)
	for _, r := range e.Records {
		fmt.Fprintf(&b, " +%s", r.Kind)
		switch {
		case r.Alarm != "":
			fmt.Fprintf(&b, ":%s", r.Alarm)
		case r.Reason.Code != "":
			fmt.Fprintf(&b, ":%s", r.Reason.Code)
		}
	}
	for _, c := range e.Calls {
		fmt.Fprintf(&b, " >%s", c.Verb)
	}
	if e.Wake {
		b.WriteString(" !wake")
	}
	if at, ok := l.Next(); ok {
		fmt.Fprintf(&b, " ~%s", max(0, at-l.now.Up).Round(time.Second))
	} else if f := l.InFlight(); f != "" && len(e.Calls) == 0 {
		fmt.Fprintf(&b, " (%s in the air)", f)
	}
	return strings.TrimRight(b.String(), " ")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	section := ""
	for i := range min(len(g), len(w)) {
		if strings.HasPrefix(w[i], "##") {
			section = w[i]
		}
		if g[i] != w[i] {
			t.Errorf("%s\n got %s\nwant %s", section, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%s: %d lines, want %d", path, len(g), len(w))
	}
}
