package wallet

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files")

const (
	customer = "c-1"
	link     = "KASIR-00000001"
	journal  = "0123456789abcdef0123456789abcdef"
	page     = "https://api.midtrans.com/v2/gopay/redirect/gpar_1/link"
	minute   = time.Minute
)

// life is a wallet with a clock, for telling stories.
type life struct {
	Wallet
	now Moment
}

func begin() *life {
	return &life{now: Moment{Up: time.Hour, Wall: time.UnixMilli(1_760_000_000_000)}}
}

func (l *life) pass(d time.Duration) {
	l.now.Up += d
	l.now.Wall = l.now.Wall.Add(d)
}

func (l *life) step(e Event) Effects {
	w, owed := Step(l.Wallet, l.now, e)
	l.Wallet = w
	return owed
}

func (l *life) steps(events ...Event) *life {
	for _, e := range events {
		l.pass(100 * time.Millisecond)
		l.step(e)
	}
	return l
}

// ticks lets d pass, waking the wallet whenever it wants to be, and answers
// every call with answer.
func (l *life) ticks(d time.Duration, answer func(Call) Answer) (calls []Call) {
	end := l.now.Up + d
	for {
		at, ok := l.Next()
		if !ok || at > end {
			l.pass(end - l.now.Up)
			return calls
		}
		l.pass(max(0, at-l.now.Up))
		for owed := l.step(Tick{}).Calls; len(owed) > 0; {
			calls = append(calls, owed...)
			owed = l.step(answer(owed[0])).Calls
		}
	}
}

func ask(id string) Ask {
	return Ask{Link: id, Device: "KASIR", Number: 1, Journal: journal, Customer: customer, Masked: "****7890",
		Phone: NewPhone("+6281234567890")}
}

func created(id, account string) Answer {
	return Answer{Verb: Create, Link: id, Account: account, Outcome: OK, Status: Pending, URL: page}
}

func is(account string, s Status) Answer {
	return Answer{Verb: Read, Account: account, Outcome: OK, Status: s}
}

func failing(v Verb, account string, o Outcome) Answer {
	return Answer{Verb: v, Link: link, Account: account, Outcome: o}
}

func refusedCreate(code string, retry bool) Answer {
	return Answer{Verb: Create, Link: link, Outcome: Refused, Reason: Reason{Code: code, Retry: retry}}
}

const other = "KASIR-00000002"

var linkedLife = func() *life {
	return begin().steps(ask(link), created(link, "A1"), Heard{"A1", true}, is("A1", Enabled))
}

var situations = []struct {
	name string
	make func() *life
}{
	{"nobody", begin},
	{"asked: the account is being made", func() *life { return begin().steps(ask(link)) }},
	{"asked: unanswered, waiting to make another", func() *life {
		return begin().steps(ask(link), failing(Create, "", Unknown))
	}},
	{"asked: unanswered for the last time", func() *life {
		l := begin().steps(ask(link), failing(Create, "", Unknown))
		l.pass(retryGap)
		l.steps(Tick{}, failing(Create, "", Unknown))
		l.pass(retryGap)
		return l.steps(Tick{})
	}},
	{"waiting", func() *life { return begin().steps(ask(link), created(link, "A1")) }},
	{"waiting: being read", func() *life {
		l := begin().steps(ask(link), created(link, "A1"))
		l.pass(readFloor)
		return l.steps(Look{link})
	}},
	{"waiting: overdue", func() *life {
		l := begin().steps(ask(link), created(link, "A1"))
		l.pass(PageLife)
		return l.steps(Tick{}, is("A1", Pending))
	}},
	{"waiting: for a day", func() *life {
		l := begin().steps(ask(link), created(link, "A1"))
		l.pass(giveUp)
		return l.steps(Tick{})
	}},
	{"waiting: another attempt, whose account is being made", func() *life {
		return begin().steps(ask(link), created(link, "A1"), ask(other))
	}},
	{"linked", linkedLife},
	{"linked: being read", func() *life {
		l := linkedLife()
		l.pass(readFloor)
		return l.steps(Look{})
	}},
	{"linked: asked for again, being read", func() *life { return linkedLife().steps(ask(other)) }},
	{"linked: by another account, the first is being unbound", func() *life {
		return linkedLife().steps(ask(other), failing(Read, "A1", Absent), created(other, "A2"), Heard{"A2", true}, is("A2", Enabled))
	}},
	{"unlinking: being told", func() *life { return linkedLife().steps(Unlink{}) }},
	{"unlinking: told, being read", func() *life {
		l := linkedLife().steps(Unlink{}, failing(Unbind, "A1", OK))
		l.pass(urgentGap)
		return l.steps(Tick{})
	}},
	{"unlinking: told, yet it can be charged", func() *life {
		l := linkedLife().steps(Unlink{}, failing(Unbind, "A1", Unknown))
		l.pass(urgentGap)
		return l.steps(Tick{}, is("A1", Enabled))
	}},
	{"unlinked", func() *life {
		l := linkedLife().steps(Unlink{}, failing(Unbind, "A1", OK))
		l.pass(urgentGap)
		return l.steps(Tick{}, is("A1", Over))
	}},
	{"unlinked: asked for again", func() *life {
		l := linkedLife()
		l.pass(urgentGap)
		return l.steps(Heard{"A1", false}, is("A1", Over), ask(other))
	}},
	{"expired", func() *life { return begin().steps(ask(link), created(link, "A1"), Heard{"A1", false}, is("A1", Over)) }},
	{"failed", func() *life { return begin().steps(ask(link), refusedCreate("no_wallet", false)) }},
}

var happenings = []struct {
	name string
	Event
}{
	{"ask", ask(link)},
	{"ask once more", ask("KASIR-00000003")},
	{"look at the link", Look{link}},
	{"look at the customer", Look{}},
	{"unlink", Unlink{}},
	{"tick", Tick{}},
	{"resume", Resume{}},
	{"heard A1 linked", Heard{"A1", true}},
	{"heard A1 unlinked", Heard{"A1", false}},
	{"heard A9 linked", Heard{"A9", true}},
	{"heard A9 unlinked", Heard{"A9", false}},
	{"create: done", created(link, "A1")},
	{"create: done for another attempt", created("KASIR-00000099", "A8")},
	{"create: done without a page", Answer{Verb: Create, Link: link, Account: "A1", Outcome: OK, Status: Pending, BadLink: true}},
	{"create: linked already", Answer{Verb: Create, Link: link, Account: "A1", Outcome: OK, Status: Enabled}},
	{"create: over already", Answer{Verb: Create, Link: link, Account: "A1", Outcome: OK, Status: Over, URL: page}},
	{"create: refused", refusedCreate("wallet_blocked", false)},
	{"create: refused for now", refusedCreate("rate_limit", true)},
	{"create: absent", failing(Create, "", Absent)},
	{"create: unknown", failing(Create, "", Unknown)},
	{"A1: enabled", is("A1", Enabled)},
	{"A1: pending", is("A1", Pending)},
	{"A1: over", is("A1", Over)},
	{"A1: absent", failing(Read, "A1", Absent)},
	{"A1: refused", failing(Read, "A1", Refused)},
	{"A1: unknown", failing(Read, "A1", Unknown)},
	{"A9: enabled", is("A9", Enabled)},
	{"A9: over", is("A9", Over)},
	{"unbind A1: done", failing(Unbind, "A1", OK)},
	{"unbind A1: refused", failing(Unbind, "A1", Refused)},
	{"unbind A1: absent", failing(Unbind, "A1", Absent)},
	{"unbind A1: unknown", failing(Unbind, "A1", Unknown)},
}

// TestTable writes down what every event does in every situation. When it
// fails, run it with -update and read the difference: commit it only if you
// can say for each line why it is right.
func TestTable(t *testing.T) {
	var out strings.Builder
	for _, s := range situations {
		l := s.make()
		fmt.Fprintf(&out, "## %s\n   %s\n", s.name, describe(l, Effects{}))
		for _, h := range happenings {
			after := *l
			after.pass(500 * time.Millisecond)
			owed := after.step(h.Event)
			fmt.Fprintf(&out, "%-33s %s\n", h.name, describe(&after, owed))
		}
		out.WriteString("\n")
	}
	golden(t, "table.golden", out.String())
}

func describe(l *life, e Effects) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-9s %-8s", l.State, l.Attempt.Stage)
	for _, r := range e.Records {
		fmt.Fprintf(&b, " +%s", r.Kind)
		if r.Reason.Code != "" {
			fmt.Fprintf(&b, ":%s", r.Reason.Code)
		}
	}
	for _, c := range e.Calls {
		fmt.Fprintf(&b, " >%s %s", c.Verb, c.Account)
	}
	if at, ok := l.Next(); ok {
		fmt.Fprintf(&b, " ~%s", max(0, at-l.now.Up).Round(time.Second))
	} else if f := l.InFlight(); f != "" && len(e.Calls) == 0 {
		fmt.Fprintf(&b, " (%s in the air)", f)
	}
	return strings.TrimRight(b.String(), " ")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	section := ""
	for i := range min(len(g), len(w)) {
		if strings.HasPrefix(w[i], "##") {
			section = w[i]
		}
		if g[i] != w[i] {
			t.Errorf("%s\n got %s\nwant %s", section, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%s: %d lines, want %d", path, len(g), len(w))
	}
}
