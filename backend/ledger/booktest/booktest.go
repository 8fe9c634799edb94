// Package booktest is the contract of ledger.Book as a test: whoever writes a
// Book runs Run on it. It knows the ledger's words and no storage engine.
package booktest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kasir/backend/ledger"
)

// Run holds the Books that open returns to the contract. open makes an empty
// one; reopen closes it and opens what it left behind.
func Run(t *testing.T, open func(*testing.T) ledger.Book, reopen func(*testing.T, ledger.Book) ledger.Book) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, ledger.Book)
	}{
		{"an empty book", empty},
		{"a charge comes back as it was written", roundTrip},
		{"so does a charge of a linked wallet", linkedTrip},
		{"the sum is the fold of the history", fold},
		{"stale entries are refused whole", stale},
		{"watched orders are listed in pages", watched},
		{"news grows by device without reuse", news},
		{"a settlement is not taken back", final},
		{"many writers lose nothing", crowd},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
	t.Run("everything is there after opening again", func(t *testing.T) {
		b := open(t)
		f := Ask(t, b, "KASIR-00000007", 12_500)
		f = Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled})
		b = reopen(t, b)
		wantOrder(t, b, f)
		if got, want := device(t, b, "KASIR"), (ledger.Device{Next: 8, Latest: 1}); got != want {
			t.Errorf("device %+v, want %+v", got, want)
		}
	})
}

// Ask enters a fresh order and returns its facts.
func Ask(t *testing.T, b ledger.Book, id string, amount int64) ledger.Facts {
	t.Helper()
	dev, n, err := ledger.ParseOrder(id)
	if err != nil {
		t.Fatal(err)
	}
	return Enter(t, b, ledger.Facts{}, false, ledger.Record{Kind: ledger.KindAsked, Order: id, Device: dev,
		Number: n, Amount: amount, Journal: "0123456789abcdef0123456789abcdef", LifetimeMS: 900_000})
}

// Enter commits records to follow f and returns the facts afterwards.
func Enter(t *testing.T, b ledger.Book, f ledger.Facts, news bool, records ...ledger.Record) ledger.Facts {
	t.Helper()
	after, err := enter(t, b, f, news, records...)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func enter(t *testing.T, b ledger.Book, f ledger.Facts, news bool, records ...ledger.Record) (ledger.Facts, error) {
	t.Helper()
	c := ledger.Load(f)
	for i := range records {
		records[i].AtMS = 1_760_000_000_000 + f.Version
		c.Apply(records[i])
	}
	return c.Facts, b.Commit(t.Context(), []ledger.Entry{{Facts: c.Facts, Records: records, News: news}})
}

func wantOrder(t *testing.T, b ledger.Book, want ledger.Facts) {
	t.Helper()
	got, ok, err := b.Order(t.Context(), want.Order)
	if err != nil || !ok {
		t.Fatalf("order %s: %v, %v", want.Order, ok, err)
	}
	if got != want {
		t.Errorf("order\n got %+v\nwant %+v", got, want)
	}
}

func device(t *testing.T, b ledger.Book, name string) ledger.Device {
	t.Helper()
	d, err := b.Device(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func empty(t *testing.T, b ledger.Book) {
	if _, ok, err := b.Order(t.Context(), "KASIR-00000001"); ok || err != nil {
		t.Errorf("unknown order: %v, %v", ok, err)
	}
	if got, want := device(t, b, "KASIR"), (ledger.Device{Next: 1}); got != want {
		t.Errorf("unknown device %+v, want %+v", got, want)
	}
	if got, err := b.Watched(t.Context(), "", 10); len(got) != 0 || err != nil {
		t.Errorf("watched %v, %v", got, err)
	}
	if got, err := b.Since(t.Context(), "KASIR", 0, 10); len(got) != 0 || err != nil {
		t.Errorf("since %v, %v", got, err)
	}
	if err := b.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.Commit(t.Context(), nil); err != nil {
		t.Error("commit of nothing:", err)
	}
}

func roundTrip(t *testing.T, b ledger.Book) {
	f := Ask(t, b, "KASIR-00000001", 10_000_000)
	f = Enter(t, b, f, true,
		ledger.Record{Kind: ledger.KindCreated, TransactionID: "A1", QR: "00020101021226...\"'é", ExpiresMS: 1_760_000_900_000},
		ledger.Record{Kind: ledger.KindHeard, Claim: "200 10000000.00 settled"},
		ledger.Record{Kind: ledger.KindAlarm, Alarm: ledger.AlarmAmount, Amount: 1},
		ledger.Record{Kind: ledger.KindSettled, Amount: 10_000_000, SettledMS: 1_760_000_100_000, Issuer: "gopay"})
	wantOrder(t, b, f)
	if f.State != ledger.Settled || f.Watched() {
		t.Errorf("state %s, watched %v", f.State, f.Watched())
	}
}

func linkedTrip(t *testing.T, b ledger.Book) {
	const id = "KASIR-00000001"
	f := Enter(t, b, ledger.Facts{}, false, ledger.Record{Kind: ledger.KindAsked, Order: id, Device: "KASIR", Number: 1,
		Amount: 250_000, Journal: "0123456789abcdef0123456789abcdef", PaymentType: "gopay", LifetimeMS: 300_000, Customer: "c-1", Account: "A1"})
	f = Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCreated, TransactionID: "T1", VerifyURL: "https://api.midtrans.com/x", ExpiresMS: 1_760_000_300_000})
	wantOrder(t, b, f)
	if f.State != ledger.Pending || !f.Linked() || f.VerifyURL == "" || f.QR != "" {
		t.Errorf("%+v", f)
	}
}

func fold(t *testing.T, b ledger.Book) {
	f := Ask(t, b, "KASIR-00000001", 500)
	f = Enter(t, b, f, false, ledger.Record{Kind: ledger.KindCancelWanted})
	f = Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled}, ledger.Record{Kind: ledger.KindRested})
	records, err := b.History(t.Context(), f.Order, 100)
	if err != nil {
		t.Fatal(err)
	}
	var c ledger.Charge
	for _, r := range records {
		c.Apply(r)
	}
	if c.Facts != f {
		t.Errorf("fold\n got %+v\nwant %+v", c.Facts, f)
	}
	if some, err := b.History(t.Context(), f.Order, 2); len(some) != 2 || err != nil {
		t.Errorf("a limit of 2 gave %d, %v", len(some), err)
	}
}

func stale(t *testing.T, b ledger.Book) {
	f := Ask(t, b, "KASIR-00000001", 500)
	if _, err := enter(t, b, ledger.Facts{}, false, ledger.Record{Kind: ledger.KindAsked, Order: f.Order,
		Device: f.Device, Number: f.Number, Amount: 900}); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("asked twice: %v, want ErrStale", err)
	}
	after := Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelWanted})
	if _, err := enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled}); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("second hand: %v, want ErrStale", err)
	}
	// One stale entry takes the whole transaction with it.
	other := ledger.Load(ledger.Facts{})
	r := ledger.Record{Kind: ledger.KindAsked, Order: "KASIR-00000002", Device: "KASIR", Number: 2, Amount: 1}
	other.Apply(r)
	old := ledger.Load(f)
	old.Apply(ledger.Record{Kind: ledger.KindCancelled})
	err := b.Commit(t.Context(), []ledger.Entry{
		{Facts: other.Facts, Records: []ledger.Record{r}},
		{Facts: old.Facts, Records: []ledger.Record{{Kind: ledger.KindCancelled}}},
	})
	if !errors.Is(err, ledger.ErrStale) {
		t.Errorf("mixed: %v, want ErrStale", err)
	}
	if _, ok, _ := b.Order(t.Context(), "KASIR-00000002"); ok {
		t.Error("half of a transaction was kept")
	}
	gap := after
	gap.Version += 5
	if _, err := enter(t, b, gap, true, ledger.Record{Kind: ledger.KindCancelled}); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("with a gap: %v, want ErrStale", err)
	}
	if _, err := enter(t, b, ledger.Facts{Order: "KASIR-00000003", Device: "KASIR", Number: 3, Version: 4}, true,
		ledger.Record{Kind: ledger.KindCancelled}); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("without a beginning: %v, want ErrStale", err)
	}
	wantOrder(t, b, after)
	Enter(t, b, after, true, ledger.Record{Kind: ledger.KindCancelled}) // and it still writes
}

func watched(t *testing.T, b ledger.Book) {
	for i := 1; i <= 7; i++ {
		f := Ask(t, b, fmt.Sprintf("KASIR-%08d", i), int64(i))
		switch i {
		case 2: // settled: over
			Enter(t, b, f, true, ledger.Record{Kind: ledger.KindSettled, Amount: 2})
		case 4: // cancelled: still looked at
			Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled})
		case 6: // and at rest
			Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled}, ledger.Record{Kind: ledger.KindRested})
		}
	}
	var got []int64
	for after := ""; ; {
		page, err := b.Watched(t.Context(), after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, f := range page {
			got = append(got, f.Number)
			after = f.Order
		}
	}
	if want := []int64{1, 3, 4, 5, 7}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("watched %v, want %v", got, want)
	}
}

func news(t *testing.T, b ledger.Book) {
	for i := 1; i <= 3; i++ {
		for _, dev := range []string{"KIRI", "KANAN"} {
			f := Ask(t, b, fmt.Sprintf("%s-%08d", dev, i), int64(i))
			Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled})
		}
	}
	got, err := b.Since(t.Context(), "KIRI", 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Seq != 2 || got[1].Seq != 3 || got[1].Facts.Order != "KIRI-00000003" {
		t.Errorf("news %+v", got)
	}
	if page, err := b.Since(t.Context(), "KANAN", 0, 2); len(page) != 2 || page[0].Seq != 1 || err != nil {
		t.Errorf("first page %+v, %v", page, err)
	}
	if got, want := device(t, b, "KANAN"), (ledger.Device{Next: 4, Latest: 3}); got != want {
		t.Errorf("device %+v, want %+v", got, want)
	}
	// An order number that was skipped, and one that comes late.
	Ask(t, b, "KIRI-00000099", 1)
	Ask(t, b, "KIRI-00000042", 1)
	if got, want := device(t, b, "KIRI"), (ledger.Device{Next: 100, Latest: 3}); got != want {
		t.Errorf("device %+v, want %+v", got, want)
	}
}

func final(t *testing.T, b ledger.Book) {
	f := Ask(t, b, "KASIR-00000001", 500)
	f = Enter(t, b, f, true, ledger.Record{Kind: ledger.KindSettled, Amount: 500})
	forged := f
	forged.State, forged.Version = ledger.Cancelled, f.Version+1
	if err := b.Commit(t.Context(), []ledger.Entry{{Facts: forged,
		Records: []ledger.Record{{Kind: ledger.KindCancelled}}}}); err == nil {
		t.Error("a settled order was made cancelled")
	}
	wantOrder(t, b, f)
	// What fails must not spoil what follows.
	Ask(t, b, "KASIR-00000002", 500)
}

func crowd(t *testing.T, b ledger.Book) {
	const writers, each = 8, 20
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				id := fmt.Sprintf("K%d-%08d", w, i+1)
				dev, n, _ := ledger.ParseOrder(id)
				r := ledger.Record{Kind: ledger.KindAsked, Order: id, Device: dev, Number: n, Amount: 1, AtMS: time.Now().UnixMilli()}
				var c ledger.Charge
				c.Apply(r)
				if err := b.Commit(t.Context(), []ledger.Entry{{Facts: c.Facts, Records: []ledger.Record{r}, News: true}}); err != nil {
					t.Error(err)
				}
				if _, ok, err := b.Order(t.Context(), id); !ok || err != nil {
					t.Errorf("%s: %v, %v", id, ok, err)
				}
			}
		})
	}
	all.Wait()
	for w := range writers {
		if got, want := device(t, b, fmt.Sprintf("K%d", w)), (ledger.Device{Next: each + 1, Latest: each}); got != want {
			t.Errorf("device %d: %+v, want %+v", w, got, want)
		}
	}
}
