package ledger

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// walkSeed says which walk is told.
var walkSeed = flag.Uint64("walk", 0, "print the steps of one random walk, 1 and up")

const (
	walks     = 600
	walkSteps = 90
)

// walk is one charge that everything happens to, by chance and always the same.
type walk struct {
	*rand.Rand
	life
	trace strings.Builder
}

func (w *walk) pick(some ...string) string { return some[w.IntN(len(some))] }

// answer is one that could come back of a call, however odd.
func (w *walk) answer(v Verb) Answer {
	a := Answer{Verb: v, Outcome: []Outcome{Done, Done, Done, Done, Refused, Absent, Duplicate, Locked, Unknown}[w.IntN(9)]}
	if v == Status && w.IntN(3) > 0 {
		a.Outcome = []Outcome{Done, Done, Absent}[w.IntN(3)]
	}
	a.Reason = Reason{Code: w.pick(ReasonBusy, ReasonRejected, ReasonNotLinked), Retry: w.IntN(2) == 0}
	a.QR = w.pick("", "00020101")
	if a.Outcome != Done {
		return a
	}
	a.Tx = Tx{
		ID: w.pick("A1", "A1", "A1", "A1", "A2", ""), Order: w.pick(order, order, order, order, order, order, order, "KASIR-00000099"),
		Status: w.pick("pending", "pending", "pending", "settlement", "capture", "cancel", "expire", "deny", "failure", "refund", "chargeback",
			"partial_refund", "authorize"),
		Amount: amount + 500*int64(max(0, w.IntN(8)-6)), QR: w.pick("", "QR", "QR"), VerifyURL: w.pick("", "https://pin"), BadLink: w.IntN(9) == 0,
		Image: w.pick("", "https://image"), Mark: w.pick("", Mark(order, amount, journal), Mark(order, amount, journal), "another"),
		Lifetime: []time.Duration{0, time.Minute, 15 * minute}[w.IntN(3)], Issuer: w.pick("", "gopay"),
		Reason: Reason{Code: w.pick("", ReasonBusy, ReasonRejected)},
	}
	if a.Tx.Paid = w.IntN(4) > 0; w.IntN(2) == 0 {
		a.Tx.SettledAt = w.now.Wall.Add(-time.Second)
		a.Tx.ExpiresAt = w.now.Wall.Add(time.Duration(w.IntN(20)) * time.Minute)
	}
	return a
}

// event is what happens next.
func (w *walk) event(linked bool) Event {
	if v := w.InFlight(); v != "" && w.IntN(3) > 0 {
		return w.answer(v)
	}
	switch w.IntN(24) {
	case 0:
		return cancelled()
	case 1, 2:
		return Heard{Signed: w.pick("200 25000.00", "201 25000.00", "202 25000.00"), Claim: State(w.pick("", "pending", "settled", "settled", "cancelled", "denied"))}
	case 3:
		return w.answer([]Verb{Send, Status, Stop, Expire, Scan}[w.IntN(5)]) // late, or of an earlier life
	case 4, 5:
		return Look{}
	case 6, 7:
		return w.asked(linked)
	}
	return Tick{}
}

func (w *walk) asked(linked bool) Open {
	o := opened()
	if linked {
		o.Customer, o.Account, o.PaymentType = "c-1", w.pick("acc", "acc", "acc", ""), "gopay"
	}
	return o
}

// rest lets time go by: to the next moment that the charge asked for, a little
// before or after it, or anywhere.
func (w *walk) rest() {
	at, ok := w.Next()
	switch d := at - w.now.Up; {
	case ok && d > 0 && w.IntN(3) > 0:
		w.pass(max(0, d-time.Duration(w.IntN(2))))
	case w.IntN(3) == 0:
		w.pass([]time.Duration{0, time.Millisecond, time.Second, readFloor - 1, readFloor, ResendGrace, AbsenceGrace, minute, 16 * minute, 2 * time.Hour}[w.IntN(10)])
	}
}

func (w *walk) tell(e Event, owed Effects) {
	at, ok := w.Next()
	_, mispaid := w.Mispaid()
	fmt.Fprintf(&w.trace, "%v %T%+v -> %+v\n\t%+v next %v %t left %v reading %t mispaid %t\n",
		w.now.Up, e, e, owed, w.Facts, at, ok, w.Left(w.now), w.Reading(), mispaid)
}

// walked is the whole story of a seed.
func walked(seed uint64) string {
	w := &walk{Rand: rand.New(rand.NewPCG(seed, 5)), life: *begin()}
	linked := seed%3 == 0
	for n := range walkSteps {
		if w.IntN(40) == 0 { // a restart, and perhaps another time of day
			wall := w.now.Wall.Add(time.Duration(w.IntN(3)-1) * time.Hour)
			w.life = life{Charge: Load(w.Facts), now: Moment{Up: time.Second, Wall: wall}}
			w.tell(Resume{}, w.step(Resume{}))
		}
		w.rest()
		e := w.event(linked)
		if n == 0 && w.IntN(9) > 0 {
			e = w.asked(linked)
		}
		w.tell(e, w.step(e))
	}
	return w.trace.String()
}

// TestWalks: what a charge does, whatever happens to it, is what it did before.
// Who changes that on purpose writes the file anew and says why; -walk N tells a
// walk, for a comparison of before and after.
func TestWalks(t *testing.T) {
	const golden = "testdata/walks.golden"
	if *walkSeed > 0 {
		t.Log(walked(*walkSeed))
	}
	var got strings.Builder
	for seed := uint64(1); seed <= walks; seed++ {
		h := fnv.New64a()
		h.Write([]byte(walked(seed)))
		fmt.Fprintf(&got, "%d %016x\n", seed, h.Sum64())
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	was := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got.String(), "\n") {
		if i >= len(was) || line != was[i] {
			t.Fatalf("walk %d is another than it was: go test -run Walks -v -walk %d tells it", i+1, i+1)
		}
	}
}
