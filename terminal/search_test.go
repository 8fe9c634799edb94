package terminal

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// world is a till and the truth about its charges at one moment. It is a
// value, so that a search can go on from it in every direction.
type world struct {
	State
	now     time.Duration
	journal []Record
	older   int                // an older copy of the journal ends here
	calls   []Call             // not answered yet
	truth   map[OrderID][]Fact // all that has been true of an order, oldest first
	amounts map[OrderID]Rupiah // of those
	links   map[OrderID]LinkState
	wallet  CustomerState // of the one customer there is; "" for nobody
	last    Effects
	path    string
}

// move is one thing that can happen in a world.
type move struct {
	name string
	make func(w world) world
}

// after is the world after one event, all of it carried out.
func (w world) after(e Event) world {
	w.State, w.last = Step(w.State, Moment{Up: w.now, Wall: noon.Add(w.now)}, e)
	if len(w.last.Records) > 0 {
		w.older = len(w.journal) // records of one step are written in one piece
	}
	w.journal = slices.Concat(w.journal, w.last.Records)
	for _, r := range w.last.Records {
		used := len(w.truth[r.Order]) > 0 || w.links[r.Order] != ""
		if used && (r.Kind == KindOpened || r.Kind == KindLinking) {
			w.path += " REUSED"
		}
	}
	w.calls = slices.Concat(w.calls, w.last.Calls)
	return w
}

// cut is the world after a power cut: the journal and the truth are left.
func (w world) cut() world {
	b := Book{Next: 1}
	for _, r := range w.journal {
		b.apply(r)
	}
	w.now, w.calls = 0, nil
	w.State = Boot(w.Config, b, Moment{Wall: noon})
	return w
}

// sleep lets time pass, with every wake-up that was asked for.
func (w world) sleep(d time.Duration) world {
	end := w.now + d
	for range 1000 {
		at, ok := w.Wake()
		if !ok || at > end {
			w.now = end
			return w
		}
		w.now = max(w.now, at)
		w = w.after(Wake{})
		if again, ok := w.Wake(); ok && again <= w.now {
			w.path += " STORM"
			return w
		}
	}
	w.path += " STORM"
	return w
}

// becomes is the world in which a fact about an order is true.
func (w world) becomes(id OrderID, amount Rupiah, f Fact) world {
	w.truth, w.amounts = maps.Clone(w.truth), maps.Clone(w.amounts)
	w.amounts[id] = amount
	w.truth[id] = append(slices.Clone(w.truth[id]), f)
	return w
}

// payer is whose wallet an order charges, as it was written down.
func (w world) payer(id OrderID) (p Payer) {
	for _, r := range w.journal {
		if r.Kind == KindOpened && r.Order == id {
			p = Payer{Customer: r.Customer, Masked: r.Masked}
		}
	}
	return p
}

// word is what the backend says of an order in this world.
func (w world) word(c Call, f Fact, amount Rupiah) Told {
	e := word(c, f, amount)
	if e.QR != "" && w.payer(c.Order).Linked() {
		e.QR, e.Verify = "", pageURL
	}
	return e
}

// word is what a backend says of an order whose truth is f.
func word(c Call, f Fact, amount Rupiah) Told {
	e := Told{Order: c.Order, Call: c.Verb, Fact: f, Amount: amount}
	switch f {
	case FactPending:
		e.QR, e.ExpiresIn = qrFor(amount), 3*time.Minute
	case FactSettled:
		e.Paid = amount
	}
	return e
}

// moves is everything that can happen next: keys, time, each call answered or
// lost, news old and new, the provider's own doing, and the power.
func (w world) moves() []move {
	var all []move
	add := func(name string, make func(w world) world) { all = append(all, move{name, make}) }
	event := func(name string, e Event) { add(name, func(w world) world { return w.after(e) }) }
	for _, k := range []Key{'5', KeyZeroZero, KeyPlus, KeyBack, KeyClear, KeyOK, KeyMenu, KeyLanguage} {
		event(fmt.Sprintf("key %q", string(k)), k)
	}
	for _, d := range []time.Duration{time.Second, unsureAfter, 16 * time.Minute} {
		add(d.String(), func(w world) world { return w.sleep(d) })
	}
	event("link down", Linked{Trouble: TroubleNetwork})
	event("link up", Linked{})
	add("cut", world.cut)
	add("old copy", func(w world) world {
		w.journal = w.journal[:w.older]
		return w.cut()
	})
	w.codes(add)
	for i, c := range w.calls {
		add("lose "+c.Verb.String(), func(w world) world { return w.answer(i, true) })
		add("answer "+c.Verb.String(), func(w world) world { return w.answer(i, false) })
		if c.Verb == Hello {
			continue
		}
		if c.Verb > LetGo {
			for _, e := range oddWallet(c) {
				event(fmt.Sprintf("answer %s oddly with %+v", c.Verb, e), e)
			}
			continue
		}
		for _, e := range w.odd(c) {
			add(fmt.Sprintf("answer %s with %s %v", c.Verb, e.Fact, e.ExpiresIn), func(w world) world { return w.oddly(i, e) })
		}
	}
	for id, facts := range w.truth {
		amount := w.amounts[id]
		for _, f := range facts {
			event(fmt.Sprintf("news %s %s", id.Short(), f), w.word(Call{Order: id}, f, amount))
		}
		wrong := word(Call{Order: id}, FactSettled, amount)
		wrong.Paid++
		event(fmt.Sprintf("news %s mispaid", id.Short()), wrong)
		switch now := facts[len(facts)-1]; {
		case now == FactPending:
			add("expires", func(w world) world { return w.becomes(id, amount, FactExpired) })
			fallthrough
		case now != FactSettled && slices.Contains(facts, FactPending):
			add("pays", func(w world) world { return w.becomes(id, amount, FactSettled) })
		}
	}
	for id, s := range w.links {
		if s == LinkWaiting {
			add("agrees", func(w world) world { return w.linkBecomes(id, LinkDone) })
		}
	}
	slices.SortFunc(all, func(a, b move) int { return cmpString(a.name, b.name) })
	return all
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// answer is one call answered with the truth, or with no answer.
func (w world) answer(i int, lost bool) world {
	c := w.calls[i]
	w.calls = slices.Delete(slices.Clone(w.calls), i, i+1)
	switch {
	case c.Verb == Hello && lost:
		return w.after(Greeted{Trouble: TroubleTimeout})
	case c.Verb == Hello:
		next := int64(1)
		for id := range w.truth {
			n, _ := id.Number(device)
			next = max(next, n+1)
		}
		for id := range w.links {
			n, _ := id.Number(device)
			next = max(next, n+1)
		}
		return w.after(Greeted{Next: next, Confirm: testConfirm})
	case c.Verb > LetGo:
		return w.answerWallet(c, lost)
	case lost:
		return w.after(Told{Order: c.Order, Call: c.Verb, Trouble: TroubleTimeout})
	}
	facts := w.truth[c.Order]
	if len(facts) == 0 {
		w = w.becomes(c.Order, c.Amount, FactPending)
		facts = w.truth[c.Order]
	}
	if c.Verb == LetGo && facts[len(facts)-1] == FactPending {
		w = w.becomes(c.Order, c.Amount, FactCancelled)
		facts = w.truth[c.Order]
	}
	return w.after(w.word(c, facts[len(facts)-1], c.Amount))
}

// odd is what a backend may also say, whatever is true: that it does not know
// yet, that it forgot the charge, that its time is over; and a code that is not
// what was asked for.
func (w world) odd(c Call) []Told {
	overdue := w.word(c, FactPending, c.Amount)
	overdue.ExpiresIn = -time.Second
	wrong := word(c, FactPending, c.Amount) // for a wallet this is a code for anybody
	wrong.QR, wrong.ExpiresIn = qrFor(c.Amount+1), time.Hour
	all := []Told{word(c, FactAsked, c.Amount), overdue, wrong}
	switch c.Verb {
	case Ask:
		all = append(all, word(c, FactUnknown, 0))
	case Open:
		all = append(all, word(c, FactDenied, c.Amount))
		if c.Customer != "" {
			all = append(all, word(c, FactSettled, c.Amount)) // without a word from anybody
		}
	}
	return all
}

// oddly is one call answered with e, as far as the truth allows it.
func (w world) oddly(i int, e Told) world {
	facts := w.truth[e.Order]
	now := FactAsked
	if len(facts) > 0 {
		now = facts[len(facts)-1]
	}
	switch {
	case e.Fact == FactDenied && now == FactAsked:
		w = w.becomes(e.Order, e.Amount, FactDenied)
	case e.Fact == FactSettled && now == FactAsked:
		w = w.becomes(e.Order, e.Amount, FactSettled)
	case e.Fact == FactPending && now == FactAsked:
		w = w.becomes(e.Order, e.Amount, FactPending)
	case e.Fact == FactPending && now != FactPending, e.Fact == FactDenied, e.Fact == FactSettled:
		return w.answer(i, false)
	}
	w.calls = slices.Delete(slices.Clone(w.calls), i, i+1)
	return w.after(e)
}
