package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wallet"
	"kasir/terminal"
)

// Linked wallets in the three books, and on the glass.

// judgeWallet holds a screen about a wallet against the provider's books.
func (g *glass) judgeWallet(sc terminal.Screen) error {
	switch sc := sc.(type) {
	case terminal.Verifying:
		o, ok := g.stage.atProvider(sc.Order)
		if !ok || o.QRString != "" || o.Amount != int64(sc.Amount) || !samePage(o.PINPage, path.Dir(sc.URL)) {
			return fmt.Errorf("that is not the provider's page: %+v", o)
		}
	case terminal.LinkOffer:
		if !g.stage.anyAccount(sc.Masked, func(a sandbox.PayAccount) bool { return samePage(a.Ticket, path.Dir(sc.URL)) }) {
			return errors.New("that is not the provider's page for this number")
		}
	case terminal.WalletLinked:
		agreed := func(a sandbox.PayAccount) bool {
			return a.Status == midtrans.AccountEnabled || a.Status == midtrans.AccountDisabled
		}
		if !g.stage.anyAccount(sc.Masked, agreed) {
			return errors.New("nobody has agreed to that")
		}
	case terminal.Unlinked:
		if g.stage.anyAccount(sc.Masked, func(a sandbox.PayAccount) bool { return a.Status == midtrans.AccountEnabled }) {
			return errors.New("it can still be charged")
		}
	}
	return nil
}

// samePage reports whether two addresses, of a browser's and of an app's page,
// are about the same thing. One that is over has none any more.
func samePage(app, web string) bool {
	_, a, _ := strings.Cut(path.Base(app), "_")
	_, b, _ := strings.Cut(path.Base(web), "_")
	return app == "" || a != "" && a == b
}

// anyAccount reports whether a pay account with this masked number is so.
func (s *stage) anyAccount(masked string, so func(sandbox.PayAccount) bool) bool {
	return slices.ContainsFunc(s.provider.Accounts(), func(a sandbox.PayAccount) bool { return a.Phone == masked && so(a) })
}

// attempt adds what the backend knows of an attempt to link.
func (s *stage) attempt(id string, of func(string) *entry) error {
	customer, a, ok, err := s.backend.book.Link(context.Background(), id)
	if ok {
		of(id).attempt, of(id).customer = a, customer
	}
	return err
}

// attempted reports whether the number is one of an attempt to link a wallet.
func (e *entry) attempted() bool {
	return e.attempt.Link != "" || slices.ContainsFunc(e.records, func(r terminal.Record) bool { return r.Kind == terminal.KindLinking })
}

// agreeOnLink says where the books differ about one attempt to link.
func (e *entry) agreeOnLink() error {
	begun := 0
	for _, r := range e.records {
		switch r.Kind {
		case terminal.KindLinking:
			begun++
		case terminal.KindLinked:
			if e.attempt.Stage != wallet.Done || e.customer != r.Customer {
				return fmt.Errorf("journal says that %s is linked, backend that %s is %q", r.Customer, e.customer, e.attempt.Stage)
			}
		case terminal.KindLinkFailed:
			if e.attempt.Stage == wallet.Done {
				return errors.New("journal says that it came to nothing, backend that it is linked")
			}
		case terminal.KindLinkDropped, terminal.KindAlarmed, terminal.KindSeen:
		default:
			return fmt.Errorf("its number was used for a sale as well: %q", r.Kind)
		}
	}
	if begun > 1 || e.backend.Order != "" || len(e.provider) > 0 {
		return fmt.Errorf("its number was used %d times, by the backend for %q, by the provider for %d transactions", begun, e.backend.Order, len(e.provider))
	}
	return nil
}

// walletBooks holds the backend's wallets against the provider's pay accounts,
// and what is left in them against what was sold.
func (s *stage) walletBooks(all map[string]*entry) error {
	var errs []error
	purses := make(map[string]int64)
	for _, a := range s.provider.Accounts() {
		purses[a.Phone] = a.Balance
		if err := s.agreeOnAccount(a); err != nil {
			errs = append(errs, fmt.Errorf("account %s: %w", a.AccountID, err))
		}
	}
	for phone, left := range purses {
		spent := s.spent[phone]
		for _, e := range all {
			if e.till.Payer.Masked == phone && e.till.End == terminal.EndPaid {
				spent += int64(e.till.Amount)
			}
		}
		if had := beginning(phone); left != had-spent {
			errs = append(errs, fmt.Errorf("wallet %s: had Rp %d, paid Rp %d of it by the journal, and has Rp %d", phone, had, spent, left))
		}
	}
	return errors.Join(errs...)
}

// beginning is what was in the wallet of one of the provider's numbers.
func beginning(masked string) int64 {
	for _, w := range sandbox.Wallets {
		if midtrans.MaskPhone(w.Phone) == masked {
			return w.Balance
		}
	}
	return 1_000_000 // any other number's
}

func (s *stage) agreeOnAccount(a sandbox.PayAccount) error {
	ctx := context.Background()
	customer, known, err := s.backend.book.CustomerOf(ctx, a.AccountID)
	if err != nil {
		return err
	}
	f, _, err := s.backend.book.Wallet(ctx, customer)
	if err != nil {
		return err
	}
	enabled := a.Status == midtrans.AccountEnabled
	charges := known && f.Chargeable() == a.AccountID
	ending := f.Stray == a.AccountID || f.State == wallet.Unlinking && f.Account == a.AccountID
	if enabled != charges && !(enabled && ending) {
		return fmt.Errorf("provider says %q, backend that %q is %q with %s", a.Status, customer, f.State, f.Account)
	}
	return nil
}

// noErrand says what about wallets is still being seen to. A page that nobody
// waits for is nobody's errand.
func (s *stage) noErrand(book terminal.Book) error {
	if book.Link.Order != "" || len(book.Unlinks) > 0 {
		return fmt.Errorf("the till waits for %+v and %+v", book.Link, book.Unlinks)
	}
	watched, err := s.backend.book.WatchedWallets(context.Background(), "", 100)
	for _, f := range watched {
		if f.State == wallet.Unlinking || f.Stray != "" {
			return fmt.Errorf("the backend still unlinks %+v", f)
		}
	}
	return err
}
