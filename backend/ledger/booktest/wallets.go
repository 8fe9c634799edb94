package booktest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"kasir/backend/ledger"
	"kasir/backend/wallet"
)

// WalletBook is a book that keeps charges and wallets.
type WalletBook interface {
	ledger.Book
	wallet.Book
}

// RunWallets holds the Books that open returns to the contract of wallet.Book;
// see Run.
func RunWallets(t *testing.T, open func(*testing.T) WalletBook, reopen func(*testing.T, WalletBook) WalletBook) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, WalletBook)
	}{
		{"a book without wallets", noWallets},
		{"a wallet comes back as it was written", walletTrip},
		{"stale wallets are refused whole", staleWallet},
		{"a link stays its customer's", foreignLink},
		{"watched wallets are listed in pages", watchedWallets},
		{"links and orders are counted together", numbers},
		{"the salt is made once", oneSalt},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
	t.Run("wallets and salt are there after opening again", func(t *testing.T) {
		b := open(t)
		f := AskLink(t, b, "c-1", "KASIR-00000004")
		salt, err := b.Salt(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b = reopen(t, b)
		wantWallet(t, b, f)
		if again, err := b.Salt(t.Context()); err != nil || !bytes.Equal(salt, again) {
			t.Errorf("another salt, %v", err)
		}
		if got := device(t, b, "KASIR").Next; got != 5 {
			t.Errorf("next number %d, want 5", got)
		}
	})
}

// AskLink enters the first attempt of a customer and returns the facts.
func AskLink(t *testing.T, b wallet.Book, customer, link string) wallet.Facts {
	t.Helper()
	return EnterWallet(t, b, wallet.Facts{}, asked(t, customer, link))
}

func asked(t *testing.T, customer, link string) wallet.Record {
	t.Helper()
	dev, n, err := ledger.ParseOrder(link)
	if err != nil {
		t.Fatal(err)
	}
	return wallet.Record{Kind: wallet.KindAsked, Customer: customer, Masked: "****7890", Link: link, Device: dev, Number: n,
		Journal: "0123456789abcdef0123456789abcdef"}
}

// EnterWallet commits records to follow f and returns the facts afterwards.
func EnterWallet(t *testing.T, b wallet.Book, f wallet.Facts, records ...wallet.Record) wallet.Facts {
	t.Helper()
	after, err := enterWallet(t, b, f, records...)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func enterWallet(t *testing.T, b wallet.Book, f wallet.Facts, records ...wallet.Record) (wallet.Facts, error) {
	t.Helper()
	w := wallet.Load(f)
	for i := range records {
		records[i].AtMS = 1_760_000_000_000 + f.Version
		w.Apply(records[i])
	}
	return w.Facts, b.CommitWallet(t.Context(), wallet.Entry{Facts: w.Facts, Records: records})
}

func wantWallet(t *testing.T, b wallet.Book, want wallet.Facts) {
	t.Helper()
	got, ok, err := b.Wallet(t.Context(), want.Customer)
	if err != nil || !ok || got != want {
		t.Errorf("wallet %v, %v\n got %+v\nwant %+v", ok, err, got, want)
	}
	for _, a := range []wallet.Attempt{want.Attempt, want.Former} {
		if a.Link == "" {
			continue
		}
		customer, got, ok, err := b.Link(t.Context(), a.Link)
		if err != nil || !ok || got != a || customer != want.Customer {
			t.Errorf("link of %s %v, %v\n got %+v\nwant %+v", customer, ok, err, got, a)
		}
	}
}

func noWallets(t *testing.T, b WalletBook) {
	if _, ok, err := b.Wallet(t.Context(), "c-1"); ok || err != nil {
		t.Errorf("unknown customer: %v, %v", ok, err)
	}
	if _, _, ok, err := b.Link(t.Context(), "KASIR-00000001"); ok || err != nil {
		t.Errorf("unknown link: %v, %v", ok, err)
	}
	for _, account := range []string{"A1", ""} {
		if _, ok, err := b.CustomerOf(t.Context(), account); ok || err != nil {
			t.Errorf("unknown account %q: %v, %v", account, ok, err)
		}
	}
	if got, err := b.WatchedWallets(t.Context(), "", 10); len(got) != 0 || err != nil {
		t.Errorf("watched %v, %v", got, err)
	}
}

func walletTrip(t *testing.T, b WalletBook) {
	f := AskLink(t, b, "c-1", "KASIR-00000001")
	f = EnterWallet(t, b, f, wallet.Record{Kind: wallet.KindOffered, Link: "KASIR-00000001", Account: "A1", URL: "https://x/?\"'é"})
	wantWallet(t, b, f)
	f = EnterWallet(t, b, f,
		wallet.Record{Kind: wallet.KindLinked, Account: "A1", Link: "KASIR-00000001"},
		asked(t, "c-1", "KASIR-00000002"))
	f = EnterWallet(t, b, f, wallet.Record{Kind: wallet.KindFailed, Link: "KASIR-00000002",
		Reason: wallet.Reason{Code: "provider_busy", Message: "no answer", Retry: true}})
	wantWallet(t, b, f)
	if customer, ok, err := b.CustomerOf(t.Context(), "A1"); customer != "c-1" || !ok || err != nil {
		t.Errorf("account of %q, %v, %v", customer, ok, err)
	}
	records, err := b.WalletHistory(t.Context(), "c-1", 100)
	if err != nil {
		t.Fatal(err)
	}
	var w wallet.Wallet
	for _, r := range records {
		w.Apply(r)
	}
	if w.Facts != f {
		t.Errorf("fold\n got %+v\nwant %+v", w.Facts, f)
	}
	if some, err := b.WalletHistory(t.Context(), "c-1", 2); len(some) != 2 || err != nil {
		t.Errorf("a limit of 2 gave %d, %v", len(some), err)
	}
}

func staleWallet(t *testing.T, b WalletBook) {
	f := AskLink(t, b, "c-1", "KASIR-00000001")
	after := EnterWallet(t, b, f, wallet.Record{Kind: wallet.KindExpired, Link: "KASIR-00000001"})
	gap := after
	gap.Version += 5
	for name, from := range map[string]wallet.Facts{"twice": {}, "second hand": f, "with a gap": gap} {
		r := asked(t, "c-1", "KASIR-00000009")
		if _, err := enterWallet(t, b, from, r); !errors.Is(err, wallet.ErrStale) {
			t.Errorf("%s: %v, want ErrStale", name, err)
		}
	}
	if _, _, ok, _ := b.Link(t.Context(), "KASIR-00000009"); ok {
		t.Error("half of an entry was kept")
	}
	wantWallet(t, b, after)
	EnterWallet(t, b, after, asked(t, "c-1", "KASIR-00000002")) // and it still writes
}

func foreignLink(t *testing.T, b WalletBook) {
	f := AskLink(t, b, "c-1", "KASIR-00000001")
	if _, err := enterWallet(t, b, wallet.Facts{}, asked(t, "c-2", "KASIR-00000001")); !errors.Is(err, wallet.ErrStale) {
		t.Errorf("another customer's link: %v, want ErrStale", err)
	}
	if _, ok, _ := b.Wallet(t.Context(), "c-2"); ok {
		t.Error("half of an entry was kept")
	}
	wantWallet(t, b, f)
}

func watchedWallets(t *testing.T, b WalletBook) {
	for i := 1; i <= 5; i++ {
		customer, link := fmt.Sprint("c-", i), fmt.Sprintf("KASIR-%08d", i)
		f := AskLink(t, b, customer, link)
		if i%2 == 0 {
			EnterWallet(t, b, f, wallet.Record{Kind: wallet.KindFailed, Link: link})
		}
	}
	var got []string
	for after := ""; ; {
		page, err := b.WatchedWallets(t.Context(), after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, f := range page {
			got = append(got, f.Customer)
			after = f.Customer
		}
	}
	if want := "[c-1 c-3 c-5]"; fmt.Sprint(got) != want {
		t.Errorf("watched %v, want %s", got, want)
	}
}

func numbers(t *testing.T, b WalletBook) {
	Ask(t, b, "KASIR-00000003", 500)
	AskLink(t, b, "c-1", "KASIR-00000007")
	if got, want := device(t, b, "KASIR"), (ledger.Device{Next: 8}); got != want {
		t.Errorf("device %+v, want %+v", got, want)
	}
	f := Ask(t, b, "KASIR-00000005", 500)
	Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled})
	if got, want := device(t, b, "KASIR"), (ledger.Device{Next: 8, Latest: 1}); got != want {
		t.Errorf("device %+v, want %+v", got, want)
	}
	AskLink(t, b, "c-2", "BARU-00000001")
	if got, want := device(t, b, "BARU"), (ledger.Device{Next: 2}); got != want {
		t.Errorf("device %+v, want %+v", got, want)
	}
}

func oneSalt(t *testing.T, b WalletBook) {
	salts := make([][]byte, 8)
	var all sync.WaitGroup
	for i := range salts {
		all.Go(func() {
			var err error
			if salts[i], err = b.Salt(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, salt := range salts {
		if len(salt) < wallet.MinSalt || !bytes.Equal(salt, salts[0]) || bytes.Equal(salt, make([]byte, len(salt))) {
			t.Errorf("a salt of %d bytes, not the same or empty", len(salt))
		}
	}
}
