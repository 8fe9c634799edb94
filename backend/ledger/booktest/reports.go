package booktest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kasir/backend/ledger"
)

// Reports holds a Reporter, which open makes empty, to what it owes people.
func Reports(t *testing.T, open func(*testing.T) ledger.Book) {
	b := open(t)
	r, ok := b.(ledger.Reporter)
	if !ok {
		t.Fatal("it is no Reporter")
	}
	// A shop's day: TILL-0 and TILL-1 sell in turns, one in three is not paid;
	// a provider may say anything, the names of our columns included.
	const base = 488_888 * ledger.HourMS // about when Enter is
	odd := ledger.Reason{Message: `"settled_ms":7,"paid":7,"alarm":"late"`}
	for n := range int64(12) {
		f := Ask(t, b, fmt.Sprintf("TILL-%d-%08d", n%2, n+1), 1000*(1+n%4))
		switch n % 3 {
		case 0:
			f = Enter(t, b, f, true, ledger.Record{Kind: ledger.KindDenied, Reason: odd})
		default:
			f = Enter(t, b, f, true, ledger.Record{Kind: ledger.KindSettled, Amount: f.Amount, SettledMS: base + n*ledger.HourMS/2})
		}
		if n == 4 || n == 9 {
			Enter(t, b, f, true, ledger.Record{Kind: ledger.KindAlarm, Alarm: ledger.AlarmLate, Amount: 5})
		}
	}
	t.Run("sums", func(t *testing.T) { sums(t, r, base) })
	t.Run("searches", func(t *testing.T) { searches(t, r) })
	for _, limit := range []int{0, ledger.MaxSearch + 1} {
		if _, err := r.Alarmed(t.Context(), ledger.Query{Limit: limit}); err == nil {
			t.Errorf("limit %d: taken", limit)
		}
	}
}

func sums(t *testing.T, r ledger.Reporter, base int64) {
	for _, test := range []struct {
		name     string
		from, to int64
		want     []ledger.Sum
	}{
		// Paid are 1, 2, 4, 5, 7, 8, 10 and 11.
		{"all", 0, base * 2, []ledger.Sum{{Device: "TILL-0", Count: 4, Paid: 3000 + 1000 + 1000 + 3000}, {Device: "TILL-1", Count: 4, Paid: 2000 + 2000 + 4000 + 4000}}},
		{"a while, its end left out", base + ledger.HourMS, base + 2*ledger.HourMS, []ledger.Sum{{Device: "TILL-0", Count: 1, Paid: 3000}}},
		{"before", 0, base, nil},
	} {
		got, err := r.Sums(t.Context(), test.from, test.to)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %+v, %v, want %+v", test.name, got, err, test.want)
		}
	}
	for _, span := range [][2]int64{{1, base}, {0, base + 1}, {base, 0}, {-ledger.HourMS, 0}} {
		if _, err := r.Sums(t.Context(), span[0], span[1]); err == nil {
			t.Errorf("%d to %d: summed up", span[0], span[1])
		}
	}
}

func searches(t *testing.T, r ledger.Reporter) {
	for _, test := range []struct {
		name    string
		alarmed bool
		q       ledger.Query
		want    string
	}{
		{"an amount", false, ledger.Query{Amount: 2000}, "10 6 2"},
		{"and a state", false, ledger.Query{Amount: 2000, State: ledger.Settled}, "6 2"},
		{"of a till", false, ledger.Query{Amount: 2000, Device: "TILL-0"}, ""},
		{"nobody asked for", false, ledger.Query{Amount: 1999}, ""},
		{"a page", false, ledger.Query{Amount: 2000, BeforeMS: 1_760_000_000_000, BeforeOrder: "TILL-1-00000010"}, "6 2"},
		{"alarms", true, ledger.Query{}, "10 5"},
		{"alarms of a till", true, ledger.Query{Device: "TILL-0"}, "5"},
		{"alarms of an amount", true, ledger.Query{Amount: 1000}, "5"},
		{"alarms, later", true, ledger.Query{FromMS: 1_760_000_000_001}, ""},
		{"alarms of an order", true, ledger.Query{Order: "TILL-0-00000005"}, "5"},
		{"alarms of an order without", true, ledger.Query{Order: "TILL-0-00000003"}, ""},
		{"an order of another amount", false, ledger.Query{Order: "TILL-0-00000003", Amount: 1}, ""},
	} {
		search := r.Search
		if test.alarmed {
			search = r.Alarmed
		}
		test.q.Limit = ledger.MaxSearch
		found, err := search(t.Context(), test.q)
		var numbers []string
		for _, f := range found {
			numbers = append(numbers, fmt.Sprint(f.Number))
		}
		if got := strings.Join(numbers, " "); err != nil || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}
