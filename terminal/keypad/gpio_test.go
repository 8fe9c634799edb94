package keypad

import (
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"kasir/terminal"
)

const pad4x4 = "123+ 456b 789m *0#z"

func open(t *testing.T, b *board, log *slog.Logger) Source {
	t.Helper()
	keys, err := ParseLayout(pad4x4)
	if err != nil {
		t.Fatal(err)
	}
	s, err := GPIO(b.pins(), keys, log)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play lets contacts open and close on a board as time goes by.
func (b *board) play(edges []contactEdge) {
	began, keys := time.Now(), Contacts(0)
	for _, e := range edges {
		time.Sleep(e.at - time.Since(began))
		keys &^= 1 << e.contact
		if e.closed {
			keys |= 1 << e.contact
		}
		b.press(keys)
	}
}

// printedOn is the keys of contacts on pad4x4, as characters.
func printedOn(contacts []int) string {
	var b strings.Builder
	for _, c := range contacts {
		k, _ := printed(rune(strings.ReplaceAll(pad4x4, " ", "")[c]))
		b.WriteRune(rune(k))
	}
	return b.String()
}

// People type on real pins: with edges, without, and with a driver that does
// not wait for them.
func TestGPIOTyping(t *testing.T) {
	for name, set := range map[string]func(*board){
		"edges": func(*board) {}, "no edges": func(b *board) { b.deaf = true }, "no waiting": func(b *board) { b.hasty = true },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(30) {
				synctest.Test(t, func(t *testing.T) {
					b := newBoard(4, 4)
					set(b)
					r := rand.New(rand.NewPCG(seed, 5))
					apart := bounce + scanEvery
					if b.deaf { // of two keys that are first seen together none is told
						apart += lookAgain
					}
					edges, contacts := typing(r, 16, 10, apart)
					s := start(t.Context(), open(t, b, slog.New(slog.DiscardHandler)))
					synctest.Wait()
					go b.play(edges)
					if got, want := s.rest(3*time.Second), printedOn(contacts); got != want {
						t.Errorf("seed %d: got %q, want %q", seed, got, want)
					}
					if err := s.end(); err != errOver {
						t.Errorf("ended with %v, want the context's cause", err)
					}
					b.check(t)
				})
			}
		})
	}
}

// rest is the keys that come within d.
func (t typist) rest(d time.Duration) string {
	var b strings.Builder
	over := time.After(d)
	for {
		select {
		case k := <-t.keys:
			b.WriteRune(rune(k))
		case <-over:
			return b.String()
		}
	}
}

// Three keys of a rectangle: the third is told when the ghost is gone, the
// fourth never.
func TestGPIOGhost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(4, 4)
		s := start(t.Context(), open(t, b, slog.New(slog.DiscardHandler)))
		for _, step := range []struct {
			keys Contacts
			want string
		}{
			{1 << 0, "1"}, {1<<0 | 1<<1, "2"}, {1<<0 | 1<<1 | 1<<4, ""},
			{1<<1 | 1<<4, "4"}, {1 << 4, ""}, {0, ""}, {1 << 5, "5"}, {0, ""},
		} {
			b.press(step.keys)
			if got := s.rest(100 * time.Millisecond); got != step.want {
				t.Errorf("keys %b: got %q, want %q", step.keys, got, step.want)
			}
		}
		s.end()
		b.check(t)
	})
}

// A panel that takes two seconds for a refresh, in the till's own loop: sixty
// keys typed meanwhile all arrive, in their order, and the pad is scanned on.
func TestGPIOWhileAPanelRefreshes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(4, 4)
		edges, contacts := typing(rand.New(rand.NewPCG(1, 6)), 16, 60, bounce+scanEvery)
		s := start(t.Context(), open(t, b, slog.New(slog.DiscardHandler)))
		synctest.Wait()
		go b.play(edges)
		var got strings.Builder
		for range contacts {
			time.Sleep(2 * time.Second)
			select {
			case k := <-s.keys:
				got.WriteRune(rune(k))
			case <-time.After(time.Minute):
				t.Fatalf("no more keys after %q, want %q", got.String(), printedOn(contacts))
			}
		}
		if want := printedOn(contacts); got.String() != want {
			t.Errorf("got  %q\nwant %q", got.String(), want)
		}
		s.end()
		b.check(t)
	})
}

// Nobody types: the columns stay as they are, and the rows are looked at no
// more often than every 20 ms.
func TestGPIOAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(4, 4)
		s := start(t.Context(), open(t, b, slog.New(slog.DiscardHandler)))
		synctest.Wait()
		time.Sleep(time.Second)
		drives, reads := b.counts()
		time.Sleep(10 * time.Second)
		if d, r := b.counts(); d != drives || r-reads > 4*501 {
			t.Errorf("in 10 s columns were driven %d times and rows read %d times", d-drives, r-reads)
		}
		began := time.Now()
		b.press(1 << 9)
		if s.take(1); time.Since(began) > 16*time.Millisecond {
			t.Errorf("a key took %s", time.Since(began))
		}
		s.end()
		b.check(t)
	})
}

// A key that lies under something is told once, and once that it is held, said once
// to the log, and is in nobody's way.
func TestGPIOStuckKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, log := newBoard(4, 4), new(strings.Builder)
		s := start(t.Context(), open(t, b, logTo(log)))
		b.press(1 << 2)
		if got := s.rest(stuckFor + time.Second); got != "3③" {
			t.Errorf("got %q of a key that is stuck", got)
		}
		b.press(1<<2 | 1<<8)
		if got := s.rest(time.Second); got != "7" {
			t.Errorf("got %q beside a key that is stuck", got)
		}
		s.end()
		b.check(t)
		if want := "level=WARN msg=\"a key is stuck\" contacts=100\n"; log.String() != want {
			t.Errorf("log %q, want %q", log, want)
		}
	})
}

// Whichever call a pin refuses, Run says so and lets go of every other pin.
func TestGPIOPinRefuses(t *testing.T) {
	for refuse := 1; refuse <= 60; refuse++ {
		synctest.Test(t, func(t *testing.T) {
			b := newBoard(4, 4)
			b.refuse = refuse
			b.press(1 << 5)
			s := start(t.Context(), open(t, b, slog.New(slog.DiscardHandler)))
			var err error
			for running := true; running; {
				select {
				case <-s.keys:
				case err = <-s.ran:
					running = false
				}
			}
			if err == nil || !strings.Contains(err.Error(), "was refused") {
				t.Errorf("call %d refused: %v", refuse, err)
			}
			b.check(t)
		})
	}
}

func TestParseLayout(t *testing.T) {
	l, err := ParseLayout("123 456 789 *0#")
	if err != nil || len(l) != 4 || l[0][2] != '3' || l[3][0] != terminal.KeyClear || l[3][2] != terminal.KeyOK {
		t.Errorf("got %v, %v", l, err)
	}
	for in, want := range map[string]string{
		"":                                       "no key '0'",
		"123 456 789 *0":                         "2 places in row 4, 3 in the first",
		"123 456 789 *0x":                        "'x' is no key",
		"123 456 789 *0.":                        "no key '\\n'",
		"1234567890*#" + strings.Repeat(".", 53): "65 places, at most 64",
	} {
		if _, err := ParseLayout(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", in, err, want)
		}
	}
}

func TestGPIOWithOtherPins(t *testing.T) {
	keys, err := ParseLayout(pad4x4)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Pins{{}, newBoard(4, 3).pins(), newBoard(3, 4).pins(), {Rows: []gpio.PinIn{gpio.INVALID}}} {
		if _, err := GPIO(p, keys, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%d rows and %d columns of pins were taken", len(p.Rows), len(p.Cols))
		}
	}
	if _, err := GPIO(Pins{}, nil, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("no pins and no keys were taken")
	}
}
