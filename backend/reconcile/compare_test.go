package reconcile

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

func paid(order string, amount int64) Charge {
	return Charge{Order: order, TransactionID: "t-" + order, Till: "toko-1", Paid: true, Asked: amount, Taken: amount, SettledMS: 50}
}

func pays(number int, order string, amount int64) Line {
	return Line{Number: number, Act: Payment, Order: order, TransactionID: "t-" + order, Amount: amount, Fee: 7_00, Net: Sen(amount)*100 - 7_00, AtMS: 60}
}

func goesBack(number int, order string, amount int64) Line {
	return Line{Number: number, Act: Refund, Order: order, TransactionID: "t-" + order, Amount: amount, Net: Sen(amount) * 100}
}

func TestCompare(t *testing.T) {
	unpaid := Charge{Order: "a", Till: "toko-1", Asked: 1000}
	back := paid("a", 1000)
	back.Refunded = 400
	allBack := paid("a", 1000)
	allBack.Refunded = 1000
	off := pays(2, "a", 1000)
	off.Net++
	bare := pays(2, "", 1000)
	bare.TransactionID = "t-a"
	later := paid("a", 1000)
	later.SettledMS = 100
	for name, tt := range map[string]struct {
		ours  []Charge
		lines []Line
		want  []string
		match int
	}{
		"agree":                          {[]Charge{paid("a", 1000)}, []Line{pays(2, "a", 1000)}, nil, 1},
		"by transaction alone":           {[]Charge{paid("a", 1000)}, []Line{bare}, nil, 1},
		"nobody's transaction":           {nil, []Line{bare}, []string{"tx-t-a:unknown_here 0 1000"}, 0},
		"nothing at all":                 {nil, nil, nil, 0},
		"unknown here":                   {nil, []Line{pays(2, "x", 500)}, []string{"x:unknown_here 0 500"}, 0},
		"unpaid here":                    {[]Charge{unpaid}, []Line{pays(2, "a", 1000)}, []string{"a:unpaid_here 0 1000"}, 0},
		"missing there":                  {[]Charge{paid("a", 1000)}, nil, []string{"a:missing_there 1000 0"}, 0},
		"not yet due there":              {[]Charge{later}, nil, nil, 0},
		"unpaid and not there":           {[]Charge{unpaid}, nil, nil, 0},
		"all given back and not there":   {[]Charge{allBack}, nil, nil, 0},
		"some given back and not there":  {[]Charge{back}, nil, []string{"a:missing_there 600 0"}, 0},
		"another amount":                 {[]Charge{paid("a", 1000)}, []Line{pays(2, "a", 999)}, []string{"a:amount_differs 1000 999"}, 0},
		"twice":                          {[]Charge{paid("a", 1000)}, []Line{pays(2, "a", 1000), pays(3, "a", 1000)}, []string{"a:paid_twice 1000 2000"}, 0},
		"given back on both sides":       {[]Charge{back}, []Line{pays(2, "a", 1000), goesBack(3, "a", 400)}, nil, 1},
		"given back here, there later":   {[]Charge{back}, []Line{pays(2, "a", 1000)}, nil, 1},
		"given back there, unknown here": {[]Charge{paid("a", 1000)}, []Line{pays(2, "a", 1000), goesBack(3, "a", 400)}, []string{"a:refund_differs 0 400"}, 0},
		"only the refund is there":       {[]Charge{allBack}, []Line{goesBack(2, "a", 1000)}, nil, 1},
		"only some of the refund":        {[]Charge{allBack}, []Line{goesBack(2, "a", 400)}, []string{"a:refund_differs 1000 400"}, 0},
		"its own sum is off":             {[]Charge{paid("a", 1000)}, []Line{off}, []string{"a:sum_differs 0 1000"}, 0},
		"a fee line":                     {nil, []Line{{Number: 2, Act: Other, Amount: -5, Net: -500}}, nil, 0},
	} {
		got := Compare(Statement{Lines: tt.lines}, tt.ours, Span{0, 100})
		var words []string
		for _, m := range got.Mismatched {
			words = append(words, fmt.Sprintf("%s %d %d", m.ID(), m.Here, m.There))
		}
		if !reflect.DeepEqual(words, tt.want) || len(got.Matched) != tt.match {
			t.Errorf("%s: %v and %d matched, want %v and %d", name, words, len(got.Matched), tt.want, tt.match)
		}
	}
}

// The net of a file is what its lines pay out, refunds, chargebacks and fees
// of its own taken off.
func TestTotals(t *testing.T) {
	chargeback := goesBack(4, "c", 300)
	chargeback.Act = Chargeback
	got := Compare(Statement{Lines: []Line{pays(2, "a", 1000), goesBack(3, "b", 400), chargeback,
		{Number: 5, Act: Other, Amount: -50, Net: -50_00}}}, nil, Span{}).File
	want := Totals{Orders: 3, Paid: 1000, Back: 700, Fee: 7_00, Net: 993_00 - 400_00 - 300_00 - 50_00}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// However the two sides differ, every order is either matched or named, the sums
// of what matched are the file's for these orders, and the lines' order does
// not matter.
func TestCompareLosesNothing(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var ours []Charge
		var lines []Line
		for i := range r.IntN(12) {
			order := fmt.Sprint("o", i)
			amount := 1 + r.Int64N(5)
			if r.IntN(4) > 0 {
				c := paid(order, amount)
				c.Paid = r.IntN(4) > 0
				if !c.Paid {
					c.Taken = 0
				}
				ours = append(ours, c)
			}
			for range r.IntN(3) {
				lines = append(lines, pays(len(lines)+2, order, amount+int64(r.IntN(2))))
			}
		}
		got := Compare(Statement{Lines: lines}, ours, Span{0, 100})
		named := map[string]int{}
		for _, m := range got.Mismatched {
			named[m.Order]++
		}
		var sum int64
		for _, m := range got.Matched {
			named[m.Order]++
			sum += m.Amount
		}
		for _, c := range ours {
			if c.Paid && named[c.Order] == 0 {
				t.Fatalf("seed %d: %s was paid and is nowhere: %+v", seed, c.Order, got)
			}
		}
		if len(named) < got.File.Orders || sum > got.File.Paid {
			t.Fatalf("seed %d: orders lost: %+v", seed, got)
		}
		r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		again := Compare(Statement{Lines: lines}, ours, Span{0, 100})
		if again.File != got.File || len(again.Matched) != len(got.Matched) || len(again.Mismatched) != len(got.Mismatched) {
			t.Fatalf("seed %d: another order of lines gives %+v, want %+v", seed, again, got)
		}
	}
}
