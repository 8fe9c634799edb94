package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// scripts are rows of keys, waits and words of the backend, each of which a
// mistake was once made in that nothing else saw: a string is keys, a duration a
// wait, an event is itself, and a function sets the scene without a word.
var scripts = []struct {
	name  string
	steps []any
}{
	{"a menu stays while it is touched", []any{"m", 59 * time.Second, "0", 59 * time.Second, "+", 59 * time.Second, "0", 2 * time.Second, "20", "k", "1", "m", time.Minute}},
	{"a menu is left", []any{"mc", "mm", "m\n", "mb", "m7c", "m7m", "m7b", "m3c", "m4c"}},
	{"charges without an outcome, one after the other", []any{twoParked, "m1", 59 * time.Second, "+", 59 * time.Second, "+", 2 * time.Second, "\n", "5", PollEvery / 2, "\n", word(Call{Order: id(1), Verb: LetGo}, FactCancelled, 25_000), "+", "c", "c"}},
	{"the last sales", []any{threeSales, "m7", 59 * time.Second, "+", 59 * time.Second, "+", "+", 2 * time.Second, "\n", "\n", word(Call{Order: id(1), Verb: Ask}, FactSettled, 25_000), "0", "2\n", "9\n", "0", "c", "12b", "b", "c"}},
	{"a sale that is asked about without an answer", []any{threeSales, "m7+\n", Told{Order: id(2), Call: Ask, Trouble: TroubleBackend}, "+", "c"}},
	{"numbers of eight digits and more", []any{threeSales, "m7", "1000000", "0", "5", "bbbbbbb", "10\n"}},
	{"a receipt and back", []any{knowsReceipts, threeSales, "m7z", 179 * time.Second, 2 * time.Second, "z", "5", "m"}},
	{"a receipt that money interrupts", []any{knowsReceipts, threeSales, "m7z", settled(9, 900), time.Second, "\n"}},
	{"no sales at all", []any{"m7", "\n", "+", "z", "5", 59 * time.Second, "5", "c", "c", "m7", time.Minute}},
	{"a day", []any{threeSales, "m8", 59 * time.Second, "5", 59 * time.Second, "+", "\n", "z", "12b", "c", "34000\n", "+", "z", "1", "m8", "+", "+", "\n", "m8", "+c"}},
	{"nine shifts", []any{"m8\n\n\n", "m8\n\n\n", "m8\n\n\n", "m8\n\n\n", "m8\n\n\n", "m8\n\n\n", "m8\n\n\n", "m8\n\n\n", "m8\n\n\n", "m8+", "+++++++", "+"}},
	{"nothing was decided", []any{threeSales, "m8\n\n", "1"}},
	{"the figures as a code", []any{knowsReceipts, offeredSale, "m8\n\n", "z", 179 * time.Second, 2 * time.Second, "z", "5", "5"}},
	{"what was decided against a warning", []any{overridden, "m8\n\n", "1", 59 * time.Second, "+", 59 * time.Second, "+", "5", "1", time.Minute, "\n"}},
	{"who may do what", []any{"m9", 59 * time.Second, "1", 59 * time.Second, "11", "\n", "1112\n", "1111\n", "1111\n", "+", "0", "7", "6", "c", "1", "+", "c", "2+", "+", "3333\n", "3333\n", "2", "\n", "c", "m9", "1111\n", "1", "\n", 59 * time.Second, "1", "2", 61 * time.Second}},
	{"the crew", []any{crewed, "m91111\n", "0", "7", 59 * time.Second, "0", 2 * time.Second, "6", "c", "1", "+", "c", "3", "\n", "0", "z", "c"}},
	{"a PIN that another has", []any{crewed, "m91111\n", "2", "3333\n", "2222\n", "2222\n", "3b", "b", "4", "12345678", "9", "c", "c", "c"}},
	{"wrong PINs", []any{crewed, "m8", 59 * time.Second, "1", 59 * time.Second, "b", "b", "m8", "12345678", "9", "\n", "1111\n", "c", "m89\n", "9999\n", "c"}},
	{"too many wrong PINs", []any{crewed, "m8", "9999\n9999\n9999\n9999\n9999\n", "1", "b", 4 * time.Minute, "c", "m8", 61 * time.Second, "1111\n", "c"}},
	{"the end of a wait for PINs", []any{crewed, "m8", "9999\n9999\n9999\n9999\n9999\n", 4*time.Minute + 30*time.Second, "m8", 15 * time.Second, 16 * time.Second, "1", "c"}},
	{"heard again when the shift is shut", []any{crewed, threeSales, "m81111\n\n\n\n", "+", "b"}},
	{"a shift is opened", []any{crewed, "m82222\n\n\n", "\n", "+", "b", "22", 61 * time.Second, "2222\n", "m81111\n", "c"}},
	{"a technician", []any{crewed, "m3+", "3333\n", 59 * time.Second, "0", "9", 59 * time.Second, "5", 59 * time.Second, "12", 59 * time.Second, "\n", "\n", "5", "c"}},
	{"a setting in letters", []any{"m3+1", "2", 1100 * time.Millisecond, "2", 1200 * time.Millisecond, "2", "+", "2", "b", 59 * time.Second, "3", 59 * time.Second, "c", "\n", "c"}},
	{"a technician while sales are open", []any{twoParked, "m3+", "512\n", "\n", settled(1, 25_000), "\n"}},
	{"a link for one that forgot", []any{"m4" + phone + "\n", waiting(1), LinkTold{Order: id(1), Call: AskLink, State: LinkAsked, Masked: payer.Masked}, LinkEvery, overdueLink(), time.Second, LinkEvery, waiting(1), 15 * time.Minute, time.Second}},
	{"a link to somewhere else", []any{"m4" + phone + "\n", LinkTold{Order: id(1), Call: LinkUp, State: LinkWaiting, URL: "http://x.test/", ExpiresIn: time.Minute}, time.Second, "\n"}},
	{"a link to somewhere else, behind a payment", []any{"m4" + phone + "\n", settled(7, 5_000), LinkTold{Order: id(1), Call: LinkUp, State: LinkWaiting, URL: "http://x.test/", ExpiresIn: time.Minute}, time.Second, "\n", time.Second, "\n"}},
	{"a link whose page ends while the line is cut", []any{"m4" + phone + "\n", waiting(1), Linked{Trouble: TroubleNetwork}, 15 * time.Minute}},
	{"a link that is only asked for", []any{"m4" + phone + "\n", LinkTold{Order: id(1), Call: LinkUp, State: LinkAsked, Masked: payer.Masked}, LinkEvery}},
	{"a charge set aside is hurried", []any{twoParked, told(1, LetGo, FactPending), told(2, LetGo, FactPending), "m1", "\n", "+", "c"}},
	{"the end of a code is a reason to ask", []any{"25000\n", pending(1, 25_000), 14*time.Minute + 55*time.Second, told(1, Ask, FactPending), 5 * time.Second, "\n"}},
	{"OK asks at once", []any{"25000\n", offlineAfter, Told{Order: id(1), Call: Open, Trouble: TroubleNetwork}, "\n"}},
	{"OK greets at once", []any{ungreeted, "25000\n", offlineAfter, Greeted{Trouble: TroubleNetwork}, "\n"}},
	{"a light", []any{lit, "25000\n", pending(1, 25_000), "8", "8", "2", "5", "\n"}},
	{"a code that is overdue", []any{"25000\n", pending(1, 25_000), 15 * time.Minute, time.Second, "+"}},
	{"a code that is overdue when it comes", []any{"25000\n", pendingFor(0), pendingFor(0), time.Second}},
	{"offline, and OK", []any{"25000\n", Told{Order: id(1), Call: Open, Trouble: TroubleNetwork}, offlineAfter, "5", "\n", Told{Order: id(1), Call: Open, Trouble: TroubleNetwork}, time.Second, offlineAfter, "c"}},
	{"offline before the greeting", []any{ungreeted, "25000\n", offlineAfter, "5", "\n", Greeted{Trouble: TroubleNetwork}, offlineAfter, "c"}},
	{"settled at another time of the day", []any{"25000\n", pending(1, 25_000), settledAt(noon.Add(-time.Hour)), settleGuard, "+", "l", "\n", "9000\n", settledAt(time.Time{})}},
	{"a search that was refused", []any{"m6" + phone + "\n", noAnswer(1), time.Second, "\n", noAnswer(2), time.Second, "b", "c", "m6" + phone + "\n", noAnswer(3), time.Second, "5"}},
	{"a link that was refused", []any{"m4" + phone + "\n", linkIs(LinkExpired), time.Second, "\n", "c", "c"}},
	{"a link that was forgotten with the power", []any{linkForgotten, "\n", "c", linkForgotten, "5", "c", linkForgotten, "b"}},
	{"a count takes its time", []any{"m8\n", 59 * time.Second, "5", 59 * time.Second, "c", "c", "m8\nc"}},
	{"what was said before", []any{5 * time.Hour, threeSales, "r", "r", "r", time.Hour, "r", "r", time.Hour, "r"}},
	{"heard again", []any{"25000\n", settled(1, 25_000), "m", time.Second, "\n", "+", "r", time.Minute, "r", time.Hour, "r"}},
}

func twoParked(s *till) {
	for n := range int64(2) {
		s.keys("25000\n")
		if s.Screen.Name() == "twin" {
			s.keys("+")
		}
		s.step(pending(n+1, 25_000))
		s.keys("c")
		s.wait(unsureAfter + settleGuard)
		s.keys("c")
	}
}

func threeSales(s *till) {
	s.sells(1, "25000", 25_000)
	s.keys("9000\n")
	s.step(word(Call{Order: id(2), Verb: Open}, FactExpired, 9_000))
	s.keys("\n")
	s.sells(3, "500", 500)
}

func offeredSale(s *till) {
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.step(settled(1, 25_000))
	s.wait(settleGuard)
	s.keys("\n")
}

func overridden(s *till) {
	twoParked(s)
	s.keys("25000\n+")
	s.step(settled(3, 25_000))
	s.wait(settleGuard)
	s.keys("\n")
}

func knowsReceipts(s *till) { s.knowsConfirm() }

func noAnswer(ticket int64) Found {
	return Found{Call: FindCustomer, Ticket: ticket, Trouble: TroubleBackend}
}

func linkForgotten(s *till) {
	n := s.Book.Next
	s.keys("m4" + phone + "\n")
	s.boot()
	s.step(Wake{})
	s.step(Greeted{Next: n + 1})
	s.step(LinkTold{Order: id(n), Call: AskLink, State: LinkUnknown, Masked: payer.Masked})
	s.wait(time.Second)
}

func lit(s *till) { s.Config.Lit = true }

// told is the backend's word on a charge of twoParked, or the like; of a code it
// says that five seconds are left.
func told(n int64, v Verb, f Fact) Told {
	e := word(Call{Order: id(n), Verb: v}, f, 25_000)
	e.ExpiresIn = 5 * time.Second
	return e
}

func crewed(s *till) { s.hires() }

func ungreeted(s *till) {
	s.journal = nil
	s.boot()
	s.step(Wake{})
}

func pendingFor(d time.Duration) Told {
	e := pending(1, 25_000)
	e.ExpiresIn = d
	return e
}

func overdueLink() LinkTold {
	e := waiting(1)
	e.Call, e.ExpiresIn = AskLink, 0
	return e
}

func settledAt(at time.Time) Told {
	e := settled(1, 25_000)
	e.SettledAt = at
	if at.IsZero() {
		e.Order, e.Amount, e.Paid = id(2), 9_000, 9_000
	}
	return e
}

// line is one happening of a script: what is shown, spoken, written and asked.
func (t *till) line(out *bytes.Buffer, what string, play func()) {
	before := len(t.journal)
	t.owed, t.calls = Effects{}, nil
	lang, volume := t.lang, t.volume
	play()
	text := fmt.Sprintf("%-10s %s", what, shown(t))
	for _, r := range t.journal[before:] {
		text += fmt.Sprintf(" | %s %d %s", r.Kind, r.Count, time.UnixMilli(r.At).UTC().Format("15:04:05"))
	}
	if calls := asked(t); calls != "" {
		text += " | asks " + calls
	}
	if t.lang != lang || t.volume != volume {
		text += fmt.Sprintf(" | language %d volume %d", t.lang, t.volume)
	}
	fmt.Fprintln(out, strings.ReplaceAll(text, "\n", "⏎"))
}

// TestScripts holds each script to what it came to before. A change of behaviour
// is a change of the file, line by line.
func TestScripts(t *testing.T) {
	var out bytes.Buffer
	for _, script := range scripts {
		fmt.Fprintf(&out, "== %s\n", script.name)
		s := greetedTill(t)
		for _, step := range script.steps {
			switch step := step.(type) {
			case func(*till):
				step(s)
			case string:
				for _, k := range step {
					s.line(&out, fmt.Sprintf("%q", k), func() { s.step(Key(k)) })
				}
			case time.Duration:
				s.line(&out, step.String(), func() { s.wait(step) })
			case Event:
				s.line(&out, strings.TrimPrefix(fmt.Sprintf("%T", step), "terminal."), func() { s.step(step) })
			}
		}
	}
	golden(t, "scripts.golden", out.Bytes())
}
