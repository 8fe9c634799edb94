package terminal

import (
	"slices"
	"time"
)

// codes is what can be keyed while a receipt is on the glass: what the backend
// shows the phone, as far as it is true, and what it never showed.
func (w world) codes(add func(string, func(world) world)) {
	c, ok := w.Screen.(Confirming)
	if !ok {
		return
	}
	r := w.receipt(w.Book.open(c.Order))
	key := func(code string) func(world) world {
		return func(w world) world {
			for _, k := range code + "\n" {
				w = w.after(Key(k))
			}
			return w
		}
	}
	facts := w.truth[c.Order]
	now := FactAsked
	if len(facts) > 0 {
		now = facts[len(facts)-1]
	}
	if now == FactSettled {
		add("code paid", key(codeOf(r, verdictPaid)))
	}
	if slices.Contains(facts, FactCancelled) || slices.Contains(facts, FactExpired) {
		add("code unpaid", key(codeOf(r, verdictUnpaid))) // also one that was read before the money came
	}
	if now == FactPending {
		add("phone cancels", func(w world) world {
			return key(codeOf(r, verdictUnpaid))(w.becomes(c.Order, c.Amount, FactCancelled))
		})
	}
	r.count++
	add("code of no showing", key(codeOf(r, verdictPaid)))
}

// readsCode has the customer of the receipt on the glass open it and the
// cashier key what the phone shows. It is false when there is none, or no code.
func (b *bank) readsCode(s *till) bool {
	c, ok := s.Screen.(Confirming)
	if !ok {
		return false
	}
	v := verdictUnpaid
	switch b.fact[c.Order] {
	case FactSettled:
		v = verdictPaid
	case FactPending:
		b.fact[c.Order] = FactCancelled // by the button on the page
	case FactCancelled, FactExpired:
	default:
		return false
	}
	s.wait(time.Second)
	if _, still := s.Screen.(Confirming); still {
		s.keys("c") // whatever was keyed
	}
	if _, still := s.Screen.(Confirming); still {
		s.keys(s.code(v) + "\n")
	}
	return true
}
