package terminal

import "testing"

func TestNumbers(t *testing.T) {
	var none, some numbers
	in := []OrderID{"toko-1-00000001", "toko-1-00004095", "toko-1-00004096", "toko-1-99999999", "kios-00000001"}
	for _, id := range in {
		if some.has(id) {
			t.Errorf("%s is in before it was put in", id)
		}
		before := some
		some = some.with(id)
		if !some.has(id) || before.has(id) {
			t.Errorf("%s: in %t, in the set before %t", id, some.has(id), before.has(id))
		}
		some = some.with(id)
	}
	for _, id := range []OrderID{"toko-1-00000002", "toko-1-00000000", "toko-1-00004097", "toko-1-00008192", "kios-00004096",
		"kios-00000002", "toko-2-00000001", "", "-00000001", "00000001", "toko-1-0000000x", "toko-1_00000001"} {
		if some.has(id) {
			t.Errorf("%q is in", id)
		}
	}
	for _, id := range in {
		if !some.has(id) || none.has(id) {
			t.Errorf("%s: in %t, in the empty set %t", id, some.has(id), none.has(id))
		}
	}
	for _, id := range []OrderID{"", "x", "-00000001", "toko-1-0000000x", "toko-1-+0000001"} {
		if some.with(id).has(id) {
			t.Errorf("%q can be put in", id)
		}
	}
}

// However long ago it was paid: money that is told again is not money again.
func TestOldMoneyIsNotToldTwice(t *testing.T) {
	s := greetedTill(t)
	for n := range int64(2*pastKept + 10) {
		s.journal = append(s.journal, Record{Kind: KindOpened, Order: id(n + 1), Amount: 25_000, Next: n + 2},
			Record{Kind: KindSettled, Order: id(n + 1), Amount: 25_000}, Record{Kind: KindSeen, Order: id(n + 1)})
	}
	s.boot()
	if find(s.Book.Past, id(1)) >= 0 {
		t.Fatal("the first sale is still remembered: this test shows nothing")
	}
	s.step(settled(1, 25_000))
	if got := s.recorded(); got != "" {
		t.Errorf("the money of the first sale is recorded again: %s", got)
	}
	s.want("idle")
	if b := s.Book.Apply(Record{Kind: KindSettled, Order: id(1), Amount: 25_000}); len(b.Unseen) != 0 {
		t.Error("a second record of it is money again")
	}
	odd := s.Book.Apply(Record{Kind: KindSettled, Order: "x", Amount: 1}) // no order of ours, and still money once
	if again := odd.Apply(Record{Kind: KindSettled, Order: "x", Amount: 1}); len(odd.Unseen) != 1 || len(again.Unseen) != 1 {
		t.Errorf("an odd order's money is there %d times, and told again %d times", len(odd.Unseen), len(again.Unseen))
	}
	s.step(settled(9_999, 25_000)) // one that the journal never had
	s.want("late")
}
