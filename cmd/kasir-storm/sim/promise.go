package sim

import "fmt"

// Promise is what must hold in every story. It is judged by what the provider
// did, by what stands on the disks record by record, and by what people saw;
// never by what a core believes of itself.
type Promise string

// The promises.
const (
	// PromiseOneCode: of one sale, at most one order can be paid at any moment.
	PromiseOneCode Promise = "one payable order per sale"
	// PromiseDouble: of one sale, at most one order is ever settled.
	PromiseDouble Promise = "nobody is charged twice"
	// PromiseLunas: LUNAS, late money and their sounds only for an order that
	// the provider settled, with the same amount, after the sale began.
	PromiseLunas Promise = "LUNAS only if settled, same amount"
	// PromiseOnce: every settlement is shown until one person has seen it, and
	// not again.
	PromiseOnce Promise = "every settlement is shown exactly once"
	// PromiseOutcome: one end per order id; money may follow an end, nothing
	// follows money.
	PromiseOutcome Promise = "one outcome per order id"
	// PromiseEnded: no order is called cancelled, expired or denied while its
	// code can still be paid, or when it has been.
	PromiseEnded Promise = "not paid is only said of what cannot be paid"
	// PromiseStranger: nothing that is not authentic changes anything.
	PromiseStranger Promise = "nothing unauthenticated changes state"
	// PromiseBooks: till, backend and provider agree about every settled rupiah
	// within Healing after the last fault, and about everything in the end.
	PromiseBooks Promise = "three books equal after healing"
	// PromiseDropped: a sale whose order was written down is not left without
	// an outcome on the glass, unless a person set it aside.
	PromiseDropped Promise = "no sale silently dropped"
	// PromiseDisk: nothing is sent, shown as paid or sounded that is not on disk.
	PromiseDisk Promise = "nothing sent that is not on disk"
	// PromiseHeard: every settlement is said aloud in full exactly once, unless
	// the power goes before that, and whatever else is said meanwhile.
	PromiseHeard Promise = "every settlement is announced exactly once"
	// PromiseCode: a code or page on the glass is the provider's own, for this
	// order, amount and merchant.
	PromiseCode Promise = "the code is the provider's, for this sale"
	// PromiseAmount: an order is over what the cashier saw when confirming.
	PromiseAmount Promise = "an order is over what was confirmed"
	// PromiseWrong: another amount than was asked is never LUNAS, and a person
	// is told.
	PromiseWrong Promise = "wrong money is an alarm"
	// PromiseCountdown: a code stays on the glass as long as the backend said,
	// whatever the time of day does.
	PromiseCountdown Promise = "a countdown does not follow the time of day"
	// PromiseWallet: a wallet is charged only with its owner's consent, for the
	// number that was keyed, and not once its end was asked for; linked and
	// unlinked are said when they are true.
	PromiseWallet Promise = "a wallet is charged only with consent"
	// PromiseWipe: money that comes after a card was exchanged is shown by the
	// new one, and no money is missing at the backend.
	PromiseWipe Promise = "a wipe loses no money"
	// PromiseDay: a count of a shift, and what the glass says was taken in it, is
	// what the card says was settled since the count before.
	PromiseDay Promise = "a day's total is what was settled"
	// PromiseRest: nothing goes on for ever: every program comes to rest, reads
	// its own disk, and asks the provider no faster than agreed.
	PromiseRest Promise = "everything comes to rest"
)

// Promises is all of them.
var Promises = []Promise{PromiseOneCode, PromiseDouble, PromiseLunas, PromiseOnce, PromiseOutcome, PromiseEnded,
	PromiseStranger, PromiseBooks, PromiseDropped, PromiseDisk, PromiseHeard, PromiseCode, PromiseAmount, PromiseWrong,
	PromiseCountdown, PromiseWallet, PromiseWipe, PromiseDay, PromiseRest}

// Broken is a promise that did not hold.
type Broken struct {
	Promise Promise
	What    string
	Step    int
}

func (b *Broken) Error() string {
	return fmt.Sprintf("%s: %s (happening %d)", b.Promise, b.What, b.Step)
}

// breaks notes the first promise that did not hold; the story ends there.
func (w *World) breaks(p Promise, format string, args ...any) {
	if w.broken != nil {
		return
	}
	w.broken = &Broken{Promise: p, What: fmt.Sprintf(format, args...), Step: w.steps}
	w.tell("BROKEN: %v", w.broken)
}

// sale is one thing that a customer buys: what the cashier confirmed.
type sale struct {
	n      int
	till   *till
	amount int64
	linked bool
	phone  string   // whose wallet, as keyed
	orders []string // made for it
}

// order is what the judge knows of one order id: what was written about it on
// the card that is in the till now, and what people saw.
type order struct {
	id      string
	sale    *sale
	till    *till
	journal string
	at      int64 // when it was opened, in nanoseconds of the story

	opened, parked, letGo, alarmed bool // on the card
	settled, ends, seen            int  // on the card
	shown                          int  // as paid, on a glass, ever
	coded, agreed                  bool // on the card: a code said that it is paid, and what the backend says of that
}
