package queue

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kasir/terminal"
)

// sounds are what a till plays, by words of the table: the letter is the sale.
func sound(word string) terminal.Sound {
	name, sale, _ := strings.Cut(word, "-")
	s := terminal.Sound{Amount: 25_000}
	if sale != "" {
		s.Order = terminal.OrderID(sale)
	}
	for tone := range terminal.ToneAlarm + 1 {
		if tone.String() == name {
			s.Tone = tone
		}
	}
	for say := range terminal.SayDuplicate + 1 {
		if say.String() == name && s.Order != "" {
			s.Say = say
		}
	}
	switch name {
	case "again":
		s.Tone, s.Say, s.Again = terminal.ToneKey, terminal.SayPaid, true
	case "duplicate":
		s.Tone = terminal.ToneLate
	case "hushed":
		s.Tone, s.Say, s.Volume = terminal.TonePaid, terminal.SayPaid, terminal.TonesOnly
	case "huge":
		s.Tone, s.Say, s.Amount = terminal.TonePaid, terminal.SayPaid, 2_000_000_000
	}
	return s
}

func describe(p Part) string {
	what := "♪"
	if p.Said {
		what = ""
	}
	name := p.Tone.String()
	if p.Said {
		name = p.Say.String()
	}
	if p.Again && p.Said {
		name = "again"
	}
	if p.Order != "" {
		name += "-" + string(p.Order)
	}
	return what + name
}

// hear plays a script: a word is a sound, a dot is the end of what is heard.
// The answer is what was heard, and where it was cut.
func hear(q *Queue, script string) string {
	var out []string
	next := func() bool {
		p, ok, _ := q.Turn()
		if ok {
			out = append(out, describe(p))
		}
		return ok
	}
	idle := true
	for _, word := range strings.Fields(script) {
		if word == "." {
			idle = !next()
			continue
		}
		cut, _ := q.Take(sound(word), terminal.Indonesian)
		if cut {
			out = append(out, "cut")
		}
		if cut || idle {
			idle = !next()
		}
	}
	for range 100 {
		if !next() {
			return strings.Join(out, " ")
		}
	}
	return "it never ends: " + strings.Join(out, " ")
}

func TestQueue(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"a sale", "key . ready . paid-a", "♪key ♪ready ♪paid-a paid-a"},
		{"no word without a sale", "failed", "♪failed"},
		{"each has its own", "failed-a . . unsure-b . . late-c . . duplicate-d", "♪failed-a failed-a ♪unsure-b unsure-b ♪late-c late-c ♪late-d duplicate-d"},
		{"the same twice", "paid-a . . paid-a", "♪paid-a paid-a"},
		{"the same in its tone", "paid-a paid-a", "♪paid-a paid-a"},
		{"paid, and then late", "paid-a . . late-a", "♪paid-a paid-a"},
		{"failed, and then late", "failed-a . . late-a", "♪failed-a failed-a ♪late-a late-a"},
		{"not sure, and then paid", "unsure-a . . paid-a", "♪unsure-a unsure-a ♪paid-a paid-a"},
		{"without a sale nothing is known", "paid . paid", "♪paid ♪paid"},
		{"newer cuts the sentence of a failure", "failed-a . paid-b", "♪failed-a failed-a cut ♪paid-b paid-b"},
		{"newer cuts the sentence of money, which is said anew", "paid-a . failed-b", "♪paid-a paid-a cut ♪failed-b failed-b paid-a"},
		{"newer does not cut the tone of money", "paid-a failed-b", "♪paid-a ♪failed-b failed-b paid-a"},
		{"money waits for its turn, oldest first", "paid-a . paid-b paid-c paid-d", "♪paid-a paid-a cut ♪paid-b ♪paid-d paid-d paid-a ♪paid-c paid-c paid-b"},
		{"what is no money is forgotten", "paid-a . failed-b unsure-c", "♪paid-a paid-a cut ♪failed-b ♪unsure-c unsure-c paid-a"},
		{"clicks do not disturb", "paid-a key . key ready", "♪paid-a paid-a"},
		{"a verdict cuts a click", "key paid-a", "♪key cut ♪paid-a paid-a"},
		{"a verdict without words cuts words", "paid-a . alarm", "♪paid-a paid-a cut ♪alarm paid-a"},
		{"again", "paid-a . . again-a", "♪paid-a paid-a again-a"},
		{"again, twice", "again-a again-b", "again-a cut again-b"},
		{"again is cut by news, and forgotten", "again-a failed-b", "again-a cut ♪failed-b failed-b"},
		{"again waits for nothing", "paid-a . again-b", "♪paid-a paid-a"},
		{"tones only", "hushed-a . again-a", "♪paid-a again-a"},
		{"an amount without words", "huge-a", "♪paid-a"},
	} {
		if got := hear(&Queue{Speaks: true}, c.script); got != c.want {
			t.Errorf("%s: heard %q, want %q", c.name, got, c.want)
		}
	}
}

// What cannot talk plays the tones of all money, and clicks when asked again.
func TestQueueWithoutVoice(t *testing.T) {
	for script, want := range map[string]string{
		"paid-a failed-b paid-c again-a":  "♪paid-a ♪paid-c",
		"failed-a paid-b . again-b":       "♪failed-a ♪paid-b",
		"again-a":                         "♪key-a",
		"failed-a late-b paid-c unsure-d": "♪failed-a ♪unsure-d ♪late-b ♪paid-c",
	} {
		if got := hear(new(Queue), script); got != want {
			t.Errorf("%s: heard %q, want %q", script, got, want)
		}
	}
}

// Two thousand afternoons: every sale that was paid is said in full once, or is
// lost with a word; the tone of a verdict is never cut; and all of it ends.
func TestQueueLosesNoMoney(t *testing.T) {
	for seed := range uint64(2_000) {
		dice := rand.New(rand.NewPCG(seed, 1))
		q := &Queue{Speaks: dice.IntN(8) > 0, Lightest: Weight(dice.IntN(4))}
		full, lost := map[string]int{}, map[string]int{}
		var now Part
		idle := true
		next := func() bool {
			p, ok, gone := q.Turn()
			for _, i := range gone {
				lost[string(i.Order)]++
			}
			now = p
			return ok
		}
		ends := func() {
			if now.Money() && (now.Said || !q.talks(now.Item)) {
				full[string(now.Order)]++
			}
			idle = !next()
		}
		paid := 0
		for range 60 {
			word := [...]string{"key", "ready", "failed-x", "unsure-y", "alarm", "again-a", "paid-", "late-", "paid-", "hushed-", "."}[dice.IntN(11)]
			if word == "." {
				if !idle {
					ends()
				}
				continue
			}
			if strings.HasSuffix(word, "-") {
				paid++
				word = fmt.Sprintf("%s%d", word, paid)
			}
			cut, gone := q.Take(sound(word), terminal.English)
			for _, i := range gone {
				lost[string(i.Order)]++
			}
			if cut && !now.Said && now.weight() == Verdict {
				t.Fatalf("seed %d: %s cut %s", seed, word, describe(now))
			}
			if cut || idle {
				idle = !next()
			}
			if len(q.owed) > maxOwed || len(q.told) > maxTold {
				t.Fatalf("seed %d: %d are owed, %d told", seed, len(q.owed), len(q.told))
			}
		}
		for n := 0; !idle; n++ {
			if n > 200 {
				t.Fatalf("seed %d: it never ends", seed)
			}
			ends()
		}
		for n := 1; n <= paid; n++ {
			if order := fmt.Sprint(n); full[order]+lost[order] != 1 {
				t.Fatalf("seed %d: sale %s was heard %d times and lost %d times", seed, order, full[order], lost[order])
			}
		}
	}
}

// A sentence that was over when its cut came is not said again.
func TestQueueCutAtTheEnd(t *testing.T) {
	q := &Queue{Speaks: true}
	q.Take(sound("paid-a"), terminal.English)
	q.Turn()
	said, _, _ := q.Turn()
	if cut, _ := q.Take(sound("failed-b"), terminal.English); !cut || len(q.owed) != 1 {
		t.Fatalf("cut %v, %d owed", cut, len(q.owed))
	}
	q.Over(said)
	if len(q.owed) != 0 {
		t.Error("it is owed after it was heard")
	}
}
