package keypad

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// contactEdge is one contact opening or closing.
type contactEdge struct {
	at      time.Duration
	contact int
	closed  bool
}

// bounce is how long a switch bounces at most.
const bounce = 20 * time.Millisecond

// change is what a contact does when it is pressed or let go: 1 to 8 edges
// within up to 20 ms, and then it is as it should be.
func change(r *rand.Rand, at time.Duration, contact int, closed bool) []contactEdge {
	edges := 1 + 2*r.IntN(4)
	times := make([]time.Duration, edges)
	for i := 1; i < edges; i++ {
		times[i] = time.Duration(r.Int64N(int64(bounce)))
	}
	slices.Sort(times)
	out := make([]contactEdge, edges)
	for i := range out {
		out[i] = contactEdge{at + times[i], contact, closed == (i%2 == 0)}
	}
	return out
}

// typing is presses of a person who is fast and rolls from one key to the
// next, apart at least: the edges in the order of time, and which contacts were
// pressed.
func typing(r *rand.Rand, contacts, presses int, apart time.Duration) (edges []contactEdge, want []int) {
	free := make([]time.Duration, contacts) // when the contact may be pressed again
	between := func(lo, hi time.Duration) time.Duration { return lo + time.Duration(r.Int64N(int64(hi-lo))) }
	at, held := time.Duration(0), [2]time.Duration{} // when the last two keys are let go
	for range presses {
		c := r.IntN(contacts)
		// Never three keys at a time.
		at = max(at+between(apart, 110*time.Millisecond), free[c], held[0])
		up := at + between(45*time.Millisecond, 140*time.Millisecond)
		edges = append(edges, change(r, at, c, true)...)
		edges = append(edges, change(r, up, c, false)...)
		free[c], want = up+60*time.Millisecond, append(want, c)
		held = [2]time.Duration{max(held[1], held[0]), up + 25*time.Millisecond}
		if held[0] > held[1] {
			held[0], held[1] = held[1], held[0]
		}
	}
	slices.SortStableFunc(edges, func(a, b contactEdge) int { return cmp.Compare(a.at, b.at) })
	return edges, want
}

// told is what a matrix makes of edges when it is scanned each period,
// beginning at phase.
func told(edges []contactEdge, cols int, period, phase time.Duration) (out []int) {
	m, keys, i := NewMatrix(cols, period), Contacts(0), 0
	end := edges[len(edges)-1].at + 100*time.Millisecond
	for now := phase; now < end; now += period {
		for ; i < len(edges) && edges[i].at <= now; i++ {
			keys &^= 1 << edges[i].contact
			if edges[i].closed {
				keys |= 1 << edges[i].contact
			}
		}
		var c int
		var ok bool
		if m, c, ok = m.Step(keys); ok {
			out = append(out, c)
		}
	}
	return out
}

// 100 000 people type a few keys each on switches that bounce for up to 20 ms:
// no key is told that was not pressed, none is lost, and none out of order.
func TestMatrixTyping(t *testing.T) {
	const rows, cols, people = 4, 4, 100_000
	for _, half := range []uint64{0, 1} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for seed := half; seed < people; seed += 2 {
				r := rand.New(rand.NewPCG(seed, 4))
				edges, want := typing(r, rows*cols, 1+r.IntN(5), bounce+scanEvery)
				period := scanEvery
				phase := time.Duration(r.Int64N(int64(period)))
				if got := told(edges, cols, period, phase); !slices.Equal(got, want) {
					t.Fatalf("seed %d: pressed %v, told %v: %v", seed, want, got, edges)
				}
			}
		})
	}
}

// A switch worse than any: it opens again for anything shorter than 25 ms,
// as it closes and as it opens, and that is one press all the same. What is
// shorter than 10 ms is none.
func TestMatrixSlowBounces(t *testing.T) {
	const ms = time.Millisecond
	for closed := ms; closed <= 40*ms; closed += ms {
		for open := ms; open < 25*ms; open += ms {
			edges := []contactEdge{
				{0, 3, true}, {closed, 3, false}, {closed + open, 3, true},
				{300 * ms, 3, false}, {300*ms + open, 3, true}, {300*ms + open + closed, 3, false},
			}
			for phase := range 5 * ms / time.Microsecond / 500 {
				if got := told(edges, 4, 5*ms, phase*500*time.Microsecond); len(got) != 1 {
					t.Fatalf("closed %s, open %s: %d presses", closed, open, len(got))
				}
			}
		}
		if got := told([]contactEdge{{0, 3, true}, {closed, 3, false}}, 4, ms, 0); len(got) != 1 && closed > 10*ms || len(got) != 0 && closed <= 10*ms {
			t.Errorf("closed for %s: %d presses", closed, len(got))
		}
	}
}
