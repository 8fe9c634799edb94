package ledger

import "testing"

func TestQueryHas(t *testing.T) {
	f := Facts{Order: "KASIR-00000001", Device: "KASIR", State: Pending, Amount: 500, AskedMS: 1000}
	for _, tt := range []struct {
		q    Query
		want bool
	}{
		{Query{}, true},
		{Query{Order: "KASIR-00000001", Device: "KASIR", State: Pending, Amount: 500, FromMS: 1000, ToMS: 1001}, true},
		{Query{Order: "KASIR-00000002"}, false},
		{Query{Device: "KIOS"}, false},
		{Query{State: Settled}, false},
		{Query{Amount: 501}, false},
		{Query{FromMS: 1001}, false},
		{Query{ToMS: 1000}, false},
		{Query{ToMS: 1001}, true},
	} {
		if got := tt.q.Has(f); got != tt.want {
			t.Errorf("%+v has it: %t, want %t", tt.q, got, tt.want)
		}
	}
}

func TestCheckHours(t *testing.T) {
	for _, tt := range []struct {
		from, to int64
		ok       bool
	}{
		{0, 0, true}, {0, HourMS, true}, {HourMS, 5 * HourMS, true}, {2 * HourMS, 2 * HourMS, true},
		{-HourMS, 0, false}, {2 * HourMS, HourMS, false}, {1, HourMS, false}, {0, HourMS + 1, false},
	} {
		if err := CheckHours(tt.from, tt.to); (err == nil) != tt.ok {
			t.Errorf("%d to %d: %v, want ok %t", tt.from, tt.to, err, tt.ok)
		}
	}
}
