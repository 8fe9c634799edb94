package terminal

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// bank is a provider and backend in ten lines, so that a random walk of keys,
// answers, losses and power cuts meets one truth.
type bank struct {
	amount map[OrderID]Rupiah
	fact   map[OrderID]Fact
	linked map[OrderID]bool // of the orders, those that charge a wallet
	links  map[OrderID]LinkState
	wallet CustomerState // of the one customer; "" for nobody
}

func newBank() *bank {
	return &bank{amount: map[OrderID]Rupiah{}, fact: map[OrderID]Fact{}, linked: map[OrderID]bool{}, links: map[OrderID]LinkState{}}
}

func (b *bank) answer(r *rand.Rand, c Call) Event {
	if r.IntN(8) == 0 {
		switch {
		case c.Verb == Hello:
			return Greeted{Trouble: TroubleTimeout}
		case c.Verb == LinkUp || c.Verb == AskLink:
			return LinkTold{Order: c.Order, Call: c.Verb, Trouble: TroubleTimeout}
		case c.Verb > LetGo:
			return Found{Call: c.Verb, Ticket: c.Ticket, Customer: c.Customer, Trouble: TroubleTimeout}
		}
		return Told{Order: c.Order, Call: c.Verb, Trouble: TroubleTimeout}
	}
	if c.Verb == Hello {
		return Greeted{Next: int64(len(b.amount)+len(b.links)) + 1, Confirm: testConfirm}
	}
	if c.Verb > LetGo {
		return b.aboutWallet(c, r.IntN(4) == 0)
	}
	if _, ok := b.amount[c.Order]; !ok {
		b.amount[c.Order], b.fact[c.Order] = c.Amount, FactPending
		if b.linked[c.Order] = c.Customer != ""; b.linked[c.Order] && r.IntN(2) == 0 {
			b.fact[c.Order] = FactSettled // a small sum needs no PIN
		}
	}
	if b.fact[c.Order] == FactPending {
		switch {
		case c.Verb == LetGo && r.IntN(3) > 0:
			b.fact[c.Order] = FactCancelled
		case r.IntN(12) == 0:
			b.fact[c.Order] = FactExpired
		}
	}
	return b.told(c)
}

func (b *bank) told(c Call) Told {
	e := Told{Order: c.Order, Call: c.Verb, Fact: b.fact[c.Order], Amount: b.amount[c.Order]}
	switch e.Fact {
	case FactPending:
		e.QR, e.ExpiresIn = qrFor(e.Amount), 3*time.Minute
		if b.linked[c.Order] {
			e.QR, e.Verify = "", pageURL
		}
	case FactSettled:
		e.Paid = e.Amount
	}
	return e
}

// aboutWallet answers a call about the one customer there is; with done, a
// link that waits is agreed to.
func (b *bank) aboutWallet(c Call, done bool) Event {
	switch c.Verb {
	case FindCustomer:
		return b.customer(c)
	case Unlink:
		b.wallet = CustomerUnlinked
		return b.customer(c)
	}
	if _, ok := b.links[c.Order]; !ok {
		if c.Verb == AskLink {
			return linkWord(c, LinkUnknown)
		}
		b.links[c.Order] = LinkWaiting
	}
	if done && b.links[c.Order] == LinkWaiting {
		b.links[c.Order], b.wallet = LinkDone, CustomerLinked
	}
	return linkWord(c, b.links[c.Order])
}

func (b *bank) customer(c Call) Event {
	e := Found{Call: c.Verb, Ticket: c.Ticket, Customer: customer, Masked: payer.Masked, State: b.wallet}
	if b.wallet == "" {
		e.State = CustomerNone
	}
	return e
}

// errandKeys is a row of keys about a wallet, as they would be pressed.
func errandKeys(r *rand.Rand) string {
	return [...]string{"m4" + phone + "\n", "m515\n" + phone + "\n", "m515\n" + phone + "\n", "m6" + phone + "\n"}[r.IntN(4)]
}

// pick is one of the orders, any one; "" when there are none.
func (b *bank) pick(r *rand.Rand) OrderID {
	ids := slices.Sorted(maps.Keys(b.amount))
	if len(ids) == 0 {
		return ""
	}
	return ids[r.IntN(len(ids))]
}

// TestRandomWalk plays keys, answers, lost answers, payments (also of codes
// long let go) and power cuts at random, and holds the till to its promises
// after each step; at the end everything heals and the books must agree.
func TestRandomWalk(t *testing.T) {
	seeds := uint64(200)
	if testing.Short() {
		seeds = 50
	}
	for seed := range seeds {
		walk(t, seed)
	}
}

func walk(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	s, b := newTill(t), newBank()
	seen := map[OrderID]bool{}
	defer func() {
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}()
	for range 400 {
		switch n := r.IntN(20); {
		case n < 8:
			s.step(Key([]rune("123z0+bc\n\n\nm789")[r.IntN(15)]))
		case n < 14 && len(s.calls) > 0:
			s.step(b.answer(r, s.calls[r.IntN(len(s.calls))]))
		case n < 17:
			s.wait(time.Duration(r.IntN(20)) * time.Second)
		case n == 17:
			if id := b.pick(r); r.IntN(4) == 0 && s.offered(id) {
				b.fact[id] = FactSettled
			}
		case n == 18:
			if id := b.pick(r); b.amount[id] != 0 {
				s.step(b.told(Call{Order: id}))
			}
		case r.IntN(3) == 0:
			s.boot()
		case b.readsCode(s):
		case s.Screen == Screen(Idle{}):
			s.keys(errandKeys(r))
		}
		hold(t, s, b, seen)
	}
	heal(t, s, b, seen)
}

// offered reports whether the journal says that a customer may have seen the
// code; nobody can pay one that was never on the glass.
func (t *till) offered(id OrderID) bool {
	for _, r := range t.journal {
		if r.Kind == KindOffered && r.Order == id {
			return true
		}
	}
	return false
}

// hold checks the promises that must be true at every moment.
func hold(t *testing.T, s *till, b *bank, seen map[OrderID]bool) {
	if thanks, ok := s.Screen.(Thanks); ok {
		if b.fact[thanks.Order] != FactSettled || b.amount[thanks.Order] != thanks.Amount {
			t.Errorf("LUNAS for %s, but the bank says %s", thanks.Order, b.fact[thanks.Order])
		}
	}
	opened := map[OrderID]bool{}
	for _, rec := range s.journal {
		switch rec.Kind {
		case KindOpened, KindLinking:
			if opened[rec.Order] {
				t.Errorf("order id %s was used twice", rec.Order)
			}
			opened[rec.Order] = true
		case KindSeen:
			seen[rec.Order] = true
		case KindLinked:
			if b.links[rec.Order] != LinkDone {
				t.Errorf("link %s is done, but the bank says %q", rec.Order, b.links[rec.Order])
			}
		}
	}
	for _, c := range s.calls {
		if c.Verb != Hello && c.Verb != FindCustomer && c.Verb != Unlink && !opened[c.Order] {
			t.Errorf("%v was sent before it was written down", c)
		}
	}
}

// heal answers everything, presses OK, and compares the books.
func heal(t *testing.T, s *till, b *bank, seen map[OrderID]bool) {
	for range 40 {
		for _, id := range slices.Sorted(maps.Keys(b.amount)) {
			s.step(b.told(Call{Order: id}))
		}
		for _, c := range s.calls {
			if c.Verb == Hello {
				s.step(Greeted{Next: int64(len(b.amount)+len(b.links)) + 1, Confirm: testConfirm})
				continue
			}
			if c.Verb > LetGo {
				s.step(b.aboutWallet(c, false))
				continue
			}
			if _, ok := b.amount[c.Order]; !ok {
				b.amount[c.Order] = c.Amount
				b.linked[c.Order] = c.Customer != ""
			}
			if b.fact[c.Order] == "" || b.fact[c.Order] == FactPending {
				b.fact[c.Order] = FactCancelled
			}
			s.step(b.told(c))
		}
		s.wait(20 * time.Second)
		switch s.Screen.(type) {
		case Late, Thanks, Alarm, Ended, Denied, WalletLinked, LinkLeft, Unlinked, Report, Receipt:
			s.step(KeyOK)
		case Entering, Menu, Dialing, Finding, Linking, LinkOffer, WalletRefused, UnlinkConfirm, Confirming,
			Twin, Sales, Totals, Counting, Pin, Crew, NewPin, Tech, Typing, Inspection, Updates:
			s.step(KeyClear)
		}
	}
	hold(t, s, b, seen)
	paid := map[OrderID]int{}
	for _, rec := range s.journal {
		if body, err := rec.Encode(); err != nil || strings.Contains(string(body), phone[2:]) {
			t.Errorf("a telephone number is on disk: %s, %v", body, err)
		}
		if rec.Kind == KindSettled {
			paid[rec.Order]++
		}
	}
	for id, f := range b.fact {
		want := 0
		if f == FactSettled {
			want = 1
		}
		if paid[id] != want {
			t.Errorf("%s is %s at the bank and paid %d times in the journal", id, f, paid[id])
		}
		if want == 1 && !seen[id] {
			t.Errorf("%s was paid and nobody was shown it (screen %s)", id, s.Screen.Name())
		}
	}
	if s.Book.Link.Order != "" || len(s.Book.Unlinks) != 0 {
		t.Errorf("in the middle of %+v and %+v after healing", s.Book.Link, s.Book.Unlinks)
	}
	if len(s.Book.Coded) != 0 {
		t.Errorf("the backend agrees, and the till still waits: %+v", s.Book.Coded)
	}
	if len(s.Book.Open) != 0 {
		t.Errorf("still open after healing: %+v", s.Book.Open)
	}
}
