package terminal

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var depth = flag.Int("depth", usualDepth, "how many moves TestEveryMove plays from every screen; 3 takes some seconds, 4 a minute")

// broken says which promise does not hold in a world; "" when all do.
func (w world) broken() string {
	if strings.HasSuffix(w.path, "STORM") {
		return "the till never rests"
	}
	if strings.HasSuffix(w.path, "REUSED") {
		return "an order id is used again"
	}
	if len(w.watches) != len(w.Book.Open) {
		return "an open charge has no watch"
	}
	free := 0
	for i, c := range w.Book.Open {
		if w.watches[i].order != c.Order {
			return "a watch is over another charge"
		}
		if w.watches[i].due() > w.now+lostAfter {
			return fmt.Sprintf("%s is asked about in %v", c.Order, w.watches[i].due()-w.now)
		}
		if !c.Parked && !c.Alarmed {
			free++
		}
	}
	if free > 1 {
		return "two charges stand open at once"
	}
	if len(w.unlinks) != len(w.Book.Unlinks) || w.attempt.order != w.Book.Link.Order {
		return "an errand is not the book's"
	}
	if s := w.misshown() + w.miswalleted(); s != "" {
		return s
	}
	return w.misbooked()
}

// covers reports that n shows something else while the sale that stood before
// a person in w goes on.
func (w world) covers(n world) bool {
	id := orderOf(w.Screen)
	i := find(n.Book.Open, id)
	goes := i >= 0 && !n.Book.Open[i].Parked && !n.Book.Open[i].Alarmed && len(n.Book.Unseen) <= len(w.Book.Unseen)+1
	return goes && n.now >= w.now && n.now > 0 && orderOf(n.Screen) != id
}

// misshown says what is wrong with the screen.
func (w world) misshown() string {
	id := orderOf(w.Screen)
	open, unseen := find(w.Book.Open, id) >= 0, find(w.Book.Unseen, id) >= 0
	switch s := w.Screen.(type) {
	case Thanks, Late:
		if !unseen || !slices.Contains(w.truth[id], FactSettled) {
			return "money is shown that did not come"
		}
	case Offering, Cancelling, Unsure, Confirming:
		if !open {
			return "a charge is shown that is not open"
		}
		if o, ok := s.(Offering); ok && (w.watching(id).expires <= w.now || o.QR != qrFor(o.Amount)) {
			return "a code is shown that must not be"
		}
	case Asking, Offline:
		if id != "" && !open {
			return "a charge is shown that is not open"
		}
	case Alarm:
		if len(w.Book.Alarms) == 0 {
			return "an alarm is shown that is over"
		}
	case Idle:
		if r := w.resting(); r != Screen(Idle{}) {
			return "ready, but there is " + r.Name()
		}
	}
	return ""
}

// misbooked says what is wrong with the journal.
func (w world) misbooked() string {
	opened, paid, seen := map[OrderID]int{}, map[OrderID]int{}, map[OrderID]bool{}
	unlinking := false
	for _, r := range w.journal {
		if body, err := r.Encode(); err != nil || strings.Contains(string(body), phone[2:]) {
			return "a telephone number is on disk"
		}
		switch r.Kind {
		case KindUnlinking:
			unlinking = true
		case KindOpened, KindLinking:
			opened[r.Order]++
		case KindSettled:
			paid[r.Order]++
		case KindSeen:
			seen[r.Order] = seen[r.Order] || r.Why == ""
		}
		if opened[r.Order] > 1 || paid[r.Order] > 1 {
			return fmt.Sprintf("%s of %s is written twice", r.Kind, r.Order)
		}
	}
	for id := range paid {
		if !seen[id] && find(w.Book.Unseen, id) < 0 {
			return fmt.Sprintf("the money of %s is shown to nobody", id)
		}
	}
	for _, c := range w.calls {
		switch c.Verb {
		case Hello, FindCustomer:
		case Unlink:
			if !unlinking {
				return "an unlink was sent before its record"
			}
		default:
			if opened[c.Order] != 1 {
				return "a call was sent before its record"
			}
			if c.Verb == Open && c.Customer != w.payer(c.Order).Customer {
				return "another wallet is asked than was written down"
			}
		}
	}
	return ""
}

// healed lets everything be answered and a person press the key that the
// screen asks for, and says what then is still not right.
func (w world) healed() string {
	for range 60 {
		for len(w.calls) > 0 {
			w = w.answer(0, false)
		}
		for id, facts := range w.truth {
			w = w.after(w.word(Call{Order: id}, facts[len(facts)-1], w.amounts[id]))
		}
		w = w.after(Linked{}).sleep(20 * time.Second)
		switch w.Screen.(type) {
		case Idle, Closed:
		case Entering, Menu, Parked, Offering, Unsure, Verifying, Confirming,
			Dialing, Finding, Linking, LinkOffer, UnlinkConfirm, WalletRefused,
			Twin, Sales, Totals, Counting, Pin, Crew, NewPin, Tech, Typing, Inspection, Updates:
			w = w.after(KeyClear)
		default:
			w = w.after(KeyOK)
		}
	}
	for _, c := range w.Book.Open {
		if !c.Mispaid {
			return "still open: " + string(c.Order)
		}
	}
	if len(w.Book.Coded) > 0 {
		return fmt.Sprintf("the backend's word on a code is still awaited: %+v", w.Book.Coded)
	}
	if w.Book.Link.Order != "" || len(w.Book.Unlinks) > 0 {
		return fmt.Sprintf("still in the middle: %+v, %+v", w.Book.Link, w.Book.Unlinks)
	}
	for id, facts := range w.truth {
		i := find(w.Book.Past, id)
		if facts[len(facts)-1] == FactSettled && (i < 0 || w.Book.Past[i].End != EndPaid) {
			return fmt.Sprintf("the money of %s never came to the till", id)
		}
	}
	if _, shut := w.Screen.(Closed); w.Screen != Screen(Idle{}) && !shut || len(w.Book.Unseen)+len(w.Book.Alarms) > 0 {
		return fmt.Sprintf("stuck on %s %+v", w.Screen.Name(), w.Screen)
	}
	return w.broken()
}

// TestEveryMove goes from every screen through everything that can happen
// next, in every order, and holds each world on the way to the promises. The
// last ones must also heal.
func TestEveryMove(t *testing.T) {
	worlds, moves := 0, *depth
	if testing.Short() {
		moves = min(moves, 1)
	}
	for _, scene := range scenes {
		s := greetedTill(t)
		scene.play(s)
		if scene.name == "fault" {
			continue
		}
		root := world{State: s.State, now: s.now, journal: s.journal, older: min(1, len(s.journal)), calls: s.calls, truth: map[OrderID][]Fact{}, amounts: map[OrderID]Rupiah{}, links: map[OrderID]LinkState{}, path: scene.name}
		root.confirm, root.Config.Confirm = testConfirm, testConfirm
		for _, r := range s.journal {
			if f, ok := factOf[r.Kind]; ok {
				root = root.becomes(r.Order, r.Amount, f)
			}
			if r.Kind == KindLinking && s.attempt.heard {
				root = root.linkBecomes(r.Order, LinkWaiting)
			}
			if r.Kind == KindLinked || r.Customer != "" {
				root.wallet = CustomerLinked
			}
		}
		visited := map[string]bool{}
		level := []world{root}
		for range moves {
			level = widen(t, level, visited)
		}
		worlds += len(visited)
	}
	t.Logf("%d worlds", worlds)
}

var factOf = map[Kind]Fact{
	KindOffered: FactPending, KindSettled: FactSettled, KindCancelled: FactCancelled,
	KindExpired: FactExpired, KindDenied: FactDenied,
}

// widen is every new world one move further.
func widen(t *testing.T, level []world, visited map[string]bool) []world {
	var next []world
	for _, w := range level {
		for _, m := range w.moves() {
			before := fmt.Sprintf("%+v", w.State)
			n := m.make(w)
			if fmt.Sprintf("%+v", w.State) != before {
				t.Fatalf("%s, %s changes the state it was given", w.path, m.name)
			}
			n.path = w.path + ", " + m.name + strings.TrimPrefix(n.path, w.path)
			key := fmt.Sprintf("%+v %v %v %v %v %d %v %s", n.State, n.now, n.calls, n.truth, len(n.journal), n.older, n.links, n.wallet)
			if visited[key] {
				continue
			}
			visited[key] = true
			if w.covers(n) {
				t.Errorf("%s: another sale covers %s (%s %+v)", n.path, orderOf(w.Screen), n.Screen.Name(), n.Screen)
			}
			if why := n.broken(); why != "" {
				t.Errorf("%s: %s (%s %+v)", n.path, why, n.Screen.Name(), n.Screen)
			}
			if why := n.healed(); why != "" {
				t.Errorf("%s: after healing: %s", n.path, why)
			}
			next = append(next, n)
		}
	}
	return next
}
