package words

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"kasir/terminal"
)

func say(units []Unit) string {
	var all []string
	for _, u := range units {
		all = append(all, string(u))
	}
	return strings.Join(all, " ")
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		n      terminal.Rupiah
		id, en string
	}{
		{0, "", ""}, {-5, "", ""}, {Most + 1, "", ""},
		{1, "satu", "one"},
		{10, "sepuluh", "ten"},
		{11, "sebelas", "eleven"},
		{12, "dua belas", "twelve"},
		{19, "sembilan belas", "nineteen"},
		{20, "dua puluh", "twenty"},
		{21, "dua puluh satu", "twenty one"},
		{99, "sembilan puluh sembilan", "ninety nine"},
		{100, "seratus", "one hundred"},
		{101, "seratus satu", "one hundred one"},
		{111, "seratus sebelas", "one hundred eleven"},
		{210, "dua ratus sepuluh", "two hundred ten"},
		{1000, "seribu", "one thousand"},
		{1001, "seribu satu", "one thousand one"},
		{1100, "seribu seratus", "one thousand one hundred"},
		{2000, "dua ribu", "two thousand"},
		{11_000, "sebelas ribu", "eleven thousand"},
		{21_000, "dua puluh satu ribu", "twenty one thousand"},
		{25_000, "dua puluh lima ribu", "twenty five thousand"},
		{100_000, "seratus ribu", "one hundred thousand"},
		{101_000, "seratus satu ribu", "one hundred one thousand"},
		{111_111, "seratus sebelas ribu seratus sebelas", "one hundred eleven thousand one hundred eleven"},
		{1_000_000, "sejuta", "one million"},
		{1_001_000, "sejuta seribu", "one million one thousand"},
		{1_500_000, "sejuta lima ratus ribu", "one million five hundred thousand"},
		{10_000_000, "sepuluh juta", "ten million"},
		{9_999_999, "sembilan juta sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan",
			"nine million nine hundred ninety nine thousand nine hundred ninety nine"},
		{101_000_000, "seratus satu juta", "one hundred one million"},
	} {
		if got := say(Number(nil, terminal.Indonesian, c.n)); got != c.id {
			t.Errorf("%d: got %q, want %q", c.n, got, c.id)
		}
		if got := say(Number(nil, terminal.English, c.n)); got != c.en {
			t.Errorf("%d: got %q, want %q", c.n, got, c.en)
		}
	}
}

// last is the largest amount of a sale.
const last = 10_000_000

// TestEveryAmount reads every amount of a sale back from its words, by a
// reader that shares nothing with the writer: "make pure" does, and go test. Under the race detector, which
// is ten times slower and has nothing to find here, it takes every 997th, and
// all around the places where a word changes.
func TestEveryAmount(t *testing.T) {
	step := terminal.Rupiah(1)
	if race {
		step = 997 // a prime: every ending comes up
	}
	const parts = 4
	var all sync.WaitGroup
	wrong := make(chan string, parts*2)
	for lang, read := range []func([]Unit) (terminal.Rupiah, bool){readIndonesian, readEnglish} {
		for part := range terminal.Rupiah(parts) {
			all.Go(func() {
				units := make([]Unit, 0, 32)
				for n := 1 + part*step; n <= last; n += parts * step {
					units = Number(units[:0], terminal.Lang(lang), n)
					if got, ok := read(units); !ok || got != n {
						wrong <- fmt.Sprintf("%d is said %q, which is %d, %v", n, say(units), got, ok)
						return
					}
				}
			})
		}
	}
	all.Wait()
	close(wrong)
	for w := range wrong {
		t.Error(w)
	}
}

func TestAroundEveryPowerOfTen(t *testing.T) {
	for base := terminal.Rupiah(1); base <= Most; base *= 10 {
		for by := range terminal.Rupiah(10) {
			for near := -2; near <= 2; near++ {
				n := base*by + terminal.Rupiah(near)
				if n < 1 || n > Most {
					continue
				}
				for lang, read := range []func([]Unit) (terminal.Rupiah, bool){readIndonesian, readEnglish} {
					units := Number(nil, terminal.Lang(lang), n)
					if got, ok := read(units); !ok || got != n {
						t.Errorf("%d is said %q, which is %d, %v", n, say(units), got, ok)
					}
					for _, u := range units {
						if !slices.Contains(numbers(terminal.Lang(lang)), u) {
							t.Errorf("%d: %q is not in the vocabulary", n, u)
						}
					}
				}
			}
		}
	}
}

// Number must not allocate when it is given room: it is the till's.
func TestNumberInPlace(t *testing.T) {
	room := make([]Unit, 0, 32)
	if n := testing.AllocsPerRun(100, func() { room = Number(room[:0], terminal.English, 9_999_999) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
