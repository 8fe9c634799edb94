package sim

import (
	"fmt"

	"kasir/terminal"
)

// tellEvent writes down what happened to a till.
func (w *World) tellEvent(t *till, e terminal.Event) {
	if w.story == nil {
		return
	}
	switch e := e.(type) {
	case terminal.Wake:
	case terminal.Key:
		w.tell("%s: key %q", t.name, rune(e))
	case terminal.Told:
		what := string(e.Fact) + string(e.Trouble)
		if e.Fact == terminal.FactPending {
			what += fmt.Sprintf(" for %v", e.ExpiresIn)
		}
		w.tell("%s: is told of %s: %s (%s, news %d)", t.name, e.Order, what, e.Call, e.Seq)
	default:
		w.tell("%s: %T%+v", t.name, e, e)
	}
}

// describe is a screen in a line.
func describe(s terminal.Screen) string {
	if s == nil {
		return "dark"
	}
	text := fmt.Sprintf("%s %+v", s.Name(), s)
	if len(text) > 160 {
		text = text[:160] + "..."
	}
	return text
}
