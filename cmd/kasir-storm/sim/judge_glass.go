package sim

import (
	"slices"
	"time"

	"kasir/terminal"
)

// pace is the least time between two questions about one order.
const pace = 990 * time.Millisecond

// eyes are those of everybody before a till.
type eyes struct {
	standing    string                   // an order whose outcome people wait for
	unlinkAsked time.Duration            // when the cashier last asked for the end of a link
	offering    bool                     // a code was on the glass just before
	ends        map[string]time.Duration // when the code of an order ends, by what the backend said
}

func (e *eyes) concluded(id string) {
	if e.standing == id {
		e.standing = ""
	}
}

// see is people looking at something new on the glass.
func (t *till) see(v terminal.View) {
	w := t.w
	_, t.eyes.offering = t.glass.Screen.(terminal.Offering)
	t.glass = v
	if v.Screen == nil {
		return
	}
	w.mixText(v.Screen.Name())
	w.tell("%s: shows %s", t.name, describe(v.Screen))
	t.judgeGlass(v.Screen)
	t.watch(v)
	if w.weather.hurried {
		t.cashier.stir(w.between(quick/3, quick))
		return
	}
	t.cashier.stir(w.between(quick, soon))
}

// judgeGlass holds what stands on the glass against the provider, and against
// what stood there before.
func (t *till) judgeGlass(s terminal.Screen) {
	w := t.w
	switch s := s.(type) {
	case terminal.Idle, terminal.Entering, terminal.Menu, terminal.Dialing:
		if t.eyes.standing != "" {
			w.breaks(PromiseDropped, "%s goes on to %s, and nobody was told what became of %s", t.name, s.Name(), t.eyes.standing)
		}
	case terminal.Thanks:
		if o := w.orders[string(s.Order)]; o != nil && (o.ends > 0 || o.parked) {
			w.breaks(PromiseOutcome, "%s thanks for %s as if nobody had let go of it", t.name, s.Order)
		}
		t.judgePaid(string(s.Order), int64(s.Amount))
	case terminal.Late:
		t.judgePaid(string(s.Order), int64(s.Amount))
	case terminal.Ended:
		t.judgeOver(string(s.Order), int64(s.Amount))
	case terminal.Denied:
		t.judgeOver(string(s.Order), int64(s.Amount))
	case terminal.Alarm:
		t.eyes.concluded(string(s.Order))
	case terminal.Unsure:
		end, told := t.eyes.ends[string(s.Order)]
		if s.Why == terminal.DoubtCountdown && t.eyes.offering && told && w.now < end-time.Second {
			w.breaks(PromiseCountdown, "%s takes the code of %s away %v early", t.name, s.Order, end-w.now)
		}
	case terminal.Totals:
		t.judgeTotals(s)
	case terminal.WalletLinked:
		t.judgeLinked(s.Masked)
	case terminal.Unlinked:
		t.judgeUnlinked(s.Masked)
	}
}

// judgePaid is a glass that says that money came.
func (t *till) judgePaid(id string, amount int64) {
	w, o := t.w, t.w.orders[id]
	if o == nil {
		w.breaks(PromiseLunas, "%s shows money for %s, an order that nobody made", t.name, id)
		return
	}
	w.judgeSettled(t.name, o, amount)
	switch {
	case !t.hasSettled(id):
		w.breaks(PromiseDisk, "%s shows that %s is paid, and its card does not say so", t.name, id)
	case o.journal != t.journal && slices.Contains(t.paidBefore, id):
		w.breaks(PromiseOnce, "%s shows on its new card the money of %s, which was known before it", t.name, id)
	case o.seen > 0:
		w.breaks(PromiseOnce, "%s shows the money of %s again, after somebody has seen it", t.name, id)
	}
	o.shown++
	t.eyes.concluded(id)
}

func (t *till) hasSettled(id string) bool {
	for _, r := range t.read() {
		if r.Kind == terminal.KindSettled && string(r.Order) == id {
			return true
		}
	}
	return false
}

// judgeOver is a glass that says that an order ended without money.
func (t *till) judgeOver(id string, amount int64) {
	w, o := t.w, t.w.orders[id]
	if o == nil || amount != o.sale.amount {
		w.breaks(PromiseAmount, "%s shows the end of %s over Rp %d, which nobody confirmed", t.name, id, amount)
		return
	}
	w.judgeEnded(t.name, id, w.provider.byOrder[id])
	if o.settled > 0 {
		w.breaks(PromiseOutcome, "%s shows the end of %s, which was paid", t.name, id)
	}
	t.eyes.concluded(id)
}

// scan is somebody holding a telephone before a code.
func (t *till) scan(text, id string, amount int64) {
	w := t.w
	x, o := w.provider.codes[text], w.orders[id]
	if x == nil || o == nil || x.order != id || x.amount != amount || o.sale.amount != amount {
		w.breaks(PromiseCode, "%s shows a code for %s over Rp %d that the provider did not make for it", t.name, id, amount)
		return
	}
	for _, other := range o.sale.orders {
		y := w.provider.byOrder[other]
		// What an old copy of the card has forgotten the till cannot know of.
		if other != id && y != nil && w.orders[other].opened && y.sale == o.sale && !w.unsent(y) && (y.state == "pending" && (y.seen || y.account != nil) || y.rightly() && !y.ended) {
			w.breaks(PromiseOneCode, "%s shows a code for %s, and %s of the same sale is %s", t.name, id, other, y.state)
		}
	}
	if !x.seen {
		t.showCode(x)
	}
}

// judgeDouble is a settlement: no other order of the same sale may have one.
func (w *World) judgeDouble(x *tx) {
	if x.sale == nil {
		return
	}
	for _, other := range x.sale.orders {
		if y := w.provider.byOrder[other]; y != nil && y != x && y.settled && y.sale != nil && !w.unsent(y) && !w.unsent(x) && w.orders[other].opened && w.orders[x.order].opened {
			w.breaks(PromiseDouble, "%s and %s are one sale, and both are settled", x.order, y.order)
		}
	}
}

// judgeClock holds the countdown on the glass against what the backend said.
func (t *till) judgeClock(e terminal.Event) {
	if o, ok := t.glass.Screen.(terminal.Offering); ok {
		if end, told := t.eyes.ends[string(o.Order)]; told && t.w.now > end+time.Second {
			t.w.breaks(PromiseCountdown, "%s shows the code of %s %v too long", t.name, o.Order, t.w.now-end)
		}
	}
	if told, ok := e.(terminal.Told); ok && told.Fact == terminal.FactPending && told.Trouble == terminal.NoTrouble {
		if t.eyes.ends == nil {
			t.eyes.ends = make(map[string]time.Duration)
		}
		t.eyes.ends[string(told.Order)] = t.w.now + max(told.ExpiresIn, 0)
	}
}

// judgeNamed holds a code that has just come to the glass against the amount
// that the backend named with it.
func (t *till) judgeNamed(e terminal.Event, before terminal.Screen) {
	told, ok := e.(terminal.Told)
	now, shown := t.glass.Screen.(terminal.Offering)
	if _, old := before.(terminal.Offering); ok && shown && !old && told.Order == now.Order && told.Amount != now.Amount {
		t.w.breaks(PromiseCode, "%s shows the code of %s over Rp %d, with which Rp %d were named", t.name, now.Order, now.Amount, told.Amount)
	}
}

// judgePress holds the glass to what was keyed: one press is one digit.
func (t *till) judgePress(before terminal.Screen, k terminal.Key) {
	was, ok := before.(terminal.Entering)
	now, still := t.glass.Screen.(terminal.Entering)
	d, digit := k.Digit()
	if !ok || !still || !digit || was.Total() >= 10_000_000 {
		return
	}
	if want := was.Amount*10 + d; now.Amount != want {
		t.w.breaks(PromiseAmount, "%s makes Rp %d of Rp %d and the key %d", t.name, now.Amount, was.Amount, d)
	}
}
