package wallet

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func silent(k Call) Answer {
	return Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: Unknown}
}

// TestBounded: an attempt on which the provider says nothing ends by itself,
// and the provider is not asked without end.
func TestBounded(t *testing.T) {
	l := begin()
	l.step(ask(link))
	calls := l.step(silent(Call{Verb: Create, Link: link})).Calls
	calls = append(calls, l.ticks(time.Hour, silent)...)
	if l.Attempt.Stage != Failed || !l.Attempt.Reason.Retry || len(calls) != maxCreates-1 {
		t.Errorf("%+v after %d more calls", l.Attempt, len(calls))
	}
	l = begin().steps(ask(link), created(link, "A1"))
	calls = l.ticks(48*time.Hour, silent)
	if l.Attempt.Stage != Expired || len(calls) > 600 || len(calls) < 100 {
		t.Errorf("%+v after %d calls", l.Attempt, len(calls))
	}
	l = linkedLife().steps(Unlink{})
	calls = l.ticks(48*time.Hour, silent)
	if l.State != Unlinking || len(calls) > 1000 {
		t.Errorf("%s after %d calls", l.State, len(calls))
	}
}

// TestUnlinkedWhileItIsLookedAt: an attempt for a wallet that is linked reads it
// first, and its end that is wanted meanwhile is not held up by that.
func TestUnlinkedWhileItIsLookedAt(t *testing.T) {
	l := linkedLife()
	l.steps(ask(other), Unlink{}, is(l.Account, Enabled))
	if l.Attempt.Stage != Failed || !l.Attempt.Reason.Retry || l.InFlight() != Unbind {
		t.Errorf("%+v, %q in the air; want a failed attempt and an unbinding", l.Attempt, l.InFlight())
	}
}

// TestPace: however often somebody asks, the provider is asked every ten
// seconds at most.
func TestPace(t *testing.T) {
	l := begin().steps(ask(link), created(link, "A1"))
	calls := 0
	for range 600 {
		l.pass(500 * time.Millisecond)
		for owed := l.step(Look{link}).Calls; len(owed) > 0; calls++ {
			owed = l.step(is("A1", Pending)).Calls
		}
	}
	if calls > 31 || calls < 25 {
		t.Errorf("%d questions in five minutes", calls)
	}
}

// TestNoRecordHasTheNumber, nor what is printed of anything that has it.
func TestNoRecordHasTheNumber(t *testing.T) {
	const number = "81234567890"
	for _, s := range situations {
		for _, h := range happenings {
			l := s.make()
			owed := l.step(h.Event)
			text, err := json.Marshal([]any{owed.Records, l.Facts, owed.Calls, h.Event})
			if err != nil {
				t.Fatal(err)
			}
			printed := fmt.Sprintf("%s %v %+v %#v %+v", text, l.Wallet, l.Wallet, l.phone, h.Event)
			if strings.Contains(printed, number) {
				t.Fatalf("%s, %s: %s", s.name, h.name, printed)
			}
			if l.Attempt.Stage != Asked && l.phone != (Phone{}) {
				t.Errorf("%s, %s: the number is kept for nothing", s.name, h.name)
			}
		}
	}
}

// TestOnlyReadingLinks: nothing but an account that was read makes a customer
// linked, or unlinked one who was; and a restart forgets nothing that counts.
func TestOnlyReadingLinks(t *testing.T) {
	for _, s := range situations {
		for _, first := range happenings {
			for _, second := range happenings {
				l := s.make()
				for _, h := range []Event{first.Event, second.Event} {
					was := l.State
					owed := l.step(h)
					a, _ := h.(Answer)
					read := a.Verb == Read || a.Verb == Unbind && a.Outcome == Absent
					if l.State != was && (l.State == Linked || l.State == Unlinked) && !read {
						t.Fatalf("%s, %s, %s: from %s to %s", s.name, first.name, second.name, was, l.State)
					}
					if len(owed.Calls) > 1 {
						t.Fatalf("%s, %s, %s: %d calls", s.name, first.name, second.name, len(owed.Calls))
					}
				}
				again, _ := Step(Load(l.Facts), l.now, Resume{})
				if again.State != l.State || again.Chargeable() != l.Chargeable() || l.Watched() && !again.Watched() && l.Attempt.Stage != Asked {
					t.Fatalf("%s, %s, %s: resumed %+v from %+v", s.name, first.name, second.name, again.Facts, l.Facts)
				}
			}
		}
	}
}

// world is one customer and a provider whose calls and letters go astray.
type world struct {
	*rand.Rand
	*life
	accounts map[string]Status
	made     int
	records  []Record
}

// provider does a call, or not, and answers, or not.
func (w *world) provider(k Call) Answer {
	lost := w.IntN(4)
	a := Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: OK}
	if lost != 0 {
		switch k.Verb {
		case Create:
			w.made++
			a.Account, a.Status, a.URL = fmt.Sprint("A", w.made), Pending, page
			w.accounts[a.Account] = Pending
		case Read:
			a.Status = w.accounts[k.Account]
		case Unbind:
			if w.accounts[k.Account] == Enabled {
				w.accounts[k.Account] = Over
			} else {
				a.Outcome = Refused
			}
		}
	}
	if lost < 2 {
		a = silent(k)
	}
	return a
}

func (w *world) happen(e Event) {
	for {
		owed := w.step(e)
		w.records = append(w.records, owed.Records...)
		if len(owed.Calls) == 0 {
			return
		}
		w.pass(time.Duration(w.IntN(3000)) * time.Millisecond)
		e = w.provider(owed.Calls[0])
	}
}

// TestStories tells many of them; in the end, when the provider answers again,
// both sides agree.
func TestStories(t *testing.T) {
	for seed := range uint64(800) {
		w := &world{Rand: rand.New(rand.NewPCG(seed, 3)), life: begin(), accounts: map[string]Status{}}
		for n := range 40 {
			w.pass(time.Duration(w.IntN(60_000)) * time.Millisecond)
			account := fmt.Sprint("A", 1+w.IntN(1+w.made))
			switch w.IntN(7) {
			case 0:
				w.happen(ask(fmt.Sprintf("KASIR-%08d", n)))
			case 1:
				w.happen(Unlink{})
			case 2, 3:
				if w.accounts[account] == Pending {
					w.accounts[account] = Enabled
				}
				w.happen(Heard{account, true})
			case 4:
				if w.accounts[account] != "" {
					w.accounts[account] = Over
					w.happen(Heard{account, false})
				}
			case 5:
				w.Wallet = Load(w.Facts)
				w.happen(Resume{})
			}
			w.happen(Tick{})
		}
		w.settle()
		if err := w.judge(); err != nil {
			t.Fatalf("seed %d: %v\n%+v\n%v\n%v", seed, err, w.Facts, w.accounts, w.records)
		}
	}
}

// settle lets two days pass with a provider that answers, and ends what nobody
// agrees to.
func (w *world) settle() {
	for a, s := range w.accounts {
		if s == Pending {
			w.accounts[a] = Over
		}
	}
	honest := func(k Call) Answer {
		a := Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: OK, Status: w.accounts[k.Account]}
		if k.Verb == Unbind {
			w.accounts[k.Account] = Over
		}
		if k.Verb == Create {
			a.Outcome = Refused
		}
		return a
	}
	w.ticks(48*time.Hour, honest)
	w.pass(readFloor)
	for owed := w.step(Look{}).Calls; len(owed) > 0; {
		owed = w.step(honest(owed[0])).Calls
	}
	w.ticks(time.Hour, honest)
}

func (w *world) judge() error {
	var sum Wallet
	for _, r := range w.records {
		sum.Apply(r)
	}
	switch {
	case w.Watched():
		return fmt.Errorf("not at rest after two days")
	case w.State == Linked && w.accounts[w.Account] != Enabled:
		return fmt.Errorf("linked, but the provider says %s", w.accounts[w.Account])
	case w.State == Unlinked && w.accounts[w.Account] == Enabled:
		return fmt.Errorf("unlinked, but the provider says enabled")
	case w.Customer != "" && sum.Customer != w.Customer:
		return fmt.Errorf("the records are of %q", sum.Customer)
	}
	return nil
}

func TestCustomerID(t *testing.T) {
	salt := []byte(strings.Repeat("s", MinSalt))
	id := CustomerID(salt, NewPhone("+6281234567890"))
	if again := CustomerID(salt, NewPhone("+6281234567890")); id != again || !ValidCustomer(id) || len(id) != 34 {
		t.Errorf("%s, then %s", id, again)
	}
	if CustomerID(salt, NewPhone("+6281234567891")) == id || CustomerID([]byte(strings.Repeat("t", MinSalt)), NewPhone("+6281234567890")) == id {
		t.Error("another number or another salt gives the same id")
	}
	for id, want := range map[string]bool{"c-1_A": true, "": false, strings.Repeat("x", 37): false, "a/b": false, "é": false} {
		if got := ValidCustomer(id); got != want {
			t.Errorf("%q: %v, want %v", id, got, want)
		}
	}
}

func TestPhonePrints(t *testing.T) {
	p := NewPhone("+6281234567890")
	for _, text := range []string{p.String(), fmt.Sprintf("%v %+v %#v", p, p, p), p.LogValue().String()} {
		if strings.Contains(text, "567890") || !strings.Contains(text, "****7890") {
			t.Errorf("printed %s", text)
		}
	}
	if got := (Phone{}).String(); got != "" {
		t.Errorf("no number: %q", got)
	}
}
