package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// The hash of a row is a promise to journals that exist: these values were
// worked out by another program, from the words of sum's comment.
func TestHashesAreForGood(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	first := Row{Seq: 1, Prev: genesis(id), Entry: Entry{Kind: "settled", Order: "toko-1-00000001", Amount: 25_000, Day: 20261121,
		At: time.UnixMilli(1_795_237_200_123), Body: []byte(`{"amount":25000}`)}}
	second := Row{Seq: 2, Prev: first.sum(), Entry: Entry{Kind: "joined", Amount: -1, At: time.UnixMilli(0), Body: []byte(`{}`)}}
	for _, tt := range []struct {
		name string
		got  [32]byte
		want string
	}{
		{"genesis", genesis(id), "b4e083767cfd15799f3e47bfc76cd4c89c4c365f93d4172d727dcd3ec9e97080"},
		{"first row", first.sum(), "5f3bae61c3bf4631d07ba9d419916a8d3a372b1f7df91af66fc9b71eabcb2c95"},
		{"second row", second.sum(), "ee536be1d48f4714dda5672461000bc6b1a7749146d77652011e929800db0bc0"},
	} {
		if got := fmt.Sprintf("%x", tt.got); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Two rows that differ in anything have two hashes, also when the same bytes
// stand in the same order and only the border between two fields has moved.
func TestHashIsUnambiguous(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[[32]byte]string{}
	for range 5_000 {
		// Few letters and short fields, so that borders are all that differs.
		text := "aaaa"[:random.IntN(5)]
		a, b := random.IntN(len(text)+1), random.IntN(len(text)+1)
		a, b = min(a, b), max(a, b)
		r := Row{Seq: random.Int64N(3), Entry: Entry{Kind: text[:a], Order: text[a:b], Body: []byte(text[b:]),
			Amount: random.Int64N(3), Day: random.Int32N(3), At: time.UnixMilli(random.Int64N(3))}}
		r.Prev[random.IntN(32)] = byte(random.IntN(2))
		what := fmt.Sprint(r.Seq, "|", r.Kind, "|", r.Order, "|", r.Amount, "|", r.Day, "|", r.At.UnixMilli(), "|", string(r.Body), "|", r.Prev)
		if before, ok := seen[r.sum()]; ok && before != what {
			t.Fatalf("%s and %s have the same hash", before, what)
		}
		seen[r.sum()] = what
	}
}
