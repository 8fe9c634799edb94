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
	calls   []Call             // not answered yet
	truth   map[OrderID][]Fact // all that has been true of an order, oldest first
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
	w.journal = slices.Concat(w.journal, w.last.Records)
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
func (w world) becomes(id OrderID, f Fact) world {
	w.truth = maps.Clone(w.truth)
	w.truth[id] = append(slices.Clone(w.truth[id]), f)
	return w
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

// amountOf is what the journal says was asked for.
func (w world) amountOf(id OrderID) Rupiah {
	for _, r := range w.journal {
		if r.Order == id {
			return r.Amount
		}
	}
	return 0
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
	for i, c := range w.calls {
		add("lose "+c.Verb.String(), func(w world) world { return w.answer(i, true) })
		add("answer "+c.Verb.String(), func(w world) world { return w.answer(i, false) })
	}
	for id, facts := range w.truth {
		amount := w.amountOf(id)
		for _, f := range facts {
			event(fmt.Sprintf("news %s %s", id.Short(), f), word(Call{Order: id}, f, amount))
		}
		wrong := word(Call{Order: id}, FactSettled, amount)
		wrong.Paid++
		event(fmt.Sprintf("news %s mispaid", id.Short()), wrong)
		switch now := facts[len(facts)-1]; {
		case now == FactPending:
			add("expires", func(w world) world { return w.becomes(id, FactExpired) })
			fallthrough
		case now != FactSettled && slices.Contains(facts, FactPending):
			add("pays", func(w world) world { return w.becomes(id, FactSettled) })
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
		return w.after(Greeted{Next: int64(len(w.truth)) + 1})
	case lost:
		return w.after(Told{Order: c.Order, Call: c.Verb, Trouble: TroubleTimeout})
	}
	facts := w.truth[c.Order]
	if len(facts) == 0 {
		w = w.becomes(c.Order, FactPending)
		facts = w.truth[c.Order]
	}
	if c.Verb == LetGo && facts[len(facts)-1] == FactPending {
		w = w.becomes(c.Order, FactCancelled)
		facts = w.truth[c.Order]
	}
	return w.after(word(c, facts[len(facts)-1], c.Amount))
}
