package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wallet"
	"kasir/terminal"
)

// entry is one order in the three books.
type entry struct {
	till     terminal.Charge // zero: the journal has no such order
	records  []terminal.Record
	backend  ledger.Facts // zero: the backend has no such order
	provider []sandbox.Order
	attempt  wallet.Attempt // zero: the number is of no attempt to link a wallet
	customer string         // whose that is
}

// audit reads all three books.
func (s *stage) audit() (map[string]*entry, terminal.Book, error) {
	if s.till == nil || s.backend == nil {
		return nil, terminal.Book{}, errors.New("switch everything on first")
	}
	ctx := context.Background()
	if err := s.till.journal.Verify(ctx); err != nil {
		return nil, terminal.Book{}, err
	}
	all := make(map[string]*entry)
	of := func(id string) *entry {
		if all[id] == nil {
			all[id] = &entry{}
		}
		return all[id]
	}
	for r, err := range records(ctx, s.till.journal) {
		if err != nil {
			return nil, terminal.Book{}, err
		}
		if r.Order != "" {
			e := of(string(r.Order))
			e.records = append(e.records, r)
		}
	}
	book, err := terminal.Fold(records(ctx, s.till.journal))
	if err != nil {
		return nil, book, err
	}
	for _, c := range slices.Concat(book.Past, book.Open) {
		of(string(c.Order)).till = c
	}
	for _, o := range s.provider.Orders() {
		of(o.OrderID).provider = append(of(o.OrderID).provider, o)
	}
	device, err := s.backend.book.Device(ctx, shop)
	for n := int64(1); err == nil && n < max(device.Next, book.Next); n++ {
		id := string(terminal.MakeOrderID(shop, n))
		var f ledger.Facts
		var ok bool
		if f, ok, err = s.backend.book.Order(ctx, id); ok {
			of(id).backend = f
		}
		if err == nil {
			err = s.attempt(id, of)
		}
	}
	return all, book, err
}

// books holds the three books against each other, and against the money that
// customers have paid.
func (s *stage) books() error {
	all, book, err := s.audit()
	if err != nil {
		return err
	}
	var errs []error
	for id, e := range all {
		if err := e.agree(); err != nil {
			errs = append(errs, fmt.Errorf("order %s: %w", id, err))
		}
		if s.paid[id] && e.till.End != terminal.EndPaid && !e.alarmed() {
			errs = append(errs, fmt.Errorf("order %s: a customer paid it; the journal says %v", id, e.till.End))
		}
	}
	for id := range s.paid {
		if all[id] == nil {
			errs = append(errs, fmt.Errorf("order %s: a customer paid it, and no book has it", id))
		}
	}
	errs = append(errs, s.walletBooks(all))
	v, _ := s.glass.looks()
	for _, c := range book.Unseen {
		if string(c.Order) != orderOn(v) && v.Strip.Late == 0 {
			errs = append(errs, fmt.Errorf("order %s: nobody has acknowledged its money, and nothing on the glass says so", c.Order))
		}
	}
	if _, idle := v.Screen.(terminal.Idle); idle && len(book.Alarms) > 0 {
		errs = append(errs, fmt.Errorf("alarms nobody has looked at, and the glass says nothing: %+v", book.Alarms))
	}
	return errors.Join(errs...)
}

// agree says where the books differ about one order.
func (e *entry) agree() error {
	if e.attempted() {
		return e.agreeOnLink()
	}
	if len(e.provider) > 1 {
		return fmt.Errorf("the provider has %d transactions for it", len(e.provider))
	}
	var p sandbox.Order
	if len(e.provider) == 1 {
		p = e.provider[0]
	}
	settled := [3]bool{
		e.till.End == terminal.EndPaid,
		e.backend.State == ledger.Settled,
		p.Status == midtrans.StatusSettlement,
	}
	if e.alarmed() {
		// That is for people to clear up. It must not count as this sale's
		// money anywhere.
		settled[2] = settled[2] && p.Amount == e.backend.Paid
	}
	if settled[0] != settled[2] || settled[1] != settled[2] {
		return fmt.Errorf("journal says %v, backend %q, provider %q", e.till.End, e.backend.State, p.Status)
	}
	if settled[0] {
		return e.agreeOnMoney(p)
	}
	if ended := e.till.End != terminal.EndNone; ended && p.Status == midtrans.StatusPending {
		return fmt.Errorf("journal says %v, and it can still be paid", e.till.End)
	}
	return nil
}

// alarmed reports whether the order is known to be about another amount than
// was asked.
func (e *entry) alarmed() bool { return e.till.Alarmed || e.backend.Alarm == ledger.AlarmAmount }

func (e *entry) agreeOnMoney(p sandbox.Order) error {
	var journal, times int64
	for _, r := range e.records {
		if r.Kind == terminal.KindSettled {
			journal += int64(r.Amount)
			times++
		}
	}
	if times != 1 || journal != p.Amount || e.backend.Paid != p.Amount {
		return fmt.Errorf("journal has Rp %d in %d settlements, backend Rp %d, provider Rp %d", journal, times, e.backend.Paid, p.Amount)
	}
	return nil
}

func (s *stage) nothingOpen() error {
	all, book, err := s.audit()
	if err == nil {
		err = s.noErrand(book)
	}
	if err == nil && len(book.Coded) > 0 {
		err = fmt.Errorf("the backend has not said yet what a code said: %v", book.Coded)
	}
	if err != nil {
		return err
	}
	for id, e := range all {
		open := e.till.Order != "" && e.till.End == terminal.EndNone || e.backend.Order != "" && !e.backend.State.Final() ||
			slices.ContainsFunc(e.provider, func(o sandbox.Order) bool { return o.Status == midtrans.StatusPending })
		if open {
			return fmt.Errorf("order %s: journal says %v, backend %q, provider %+v", id, e.till.End, e.backend.State, e.provider)
		}
	}
	return nil
}

func journalOf(words []string) (act, error) {
	want := strings.Join(words, " ")
	return func(s *stage) error {
		id, err := s.newest()
		if err != nil {
			return err
		}
		var kinds []string
		for r, err := range records(s.till, s.till.journal) {
			if err != nil {
				return err
			}
			if r.Order == id {
				kinds = append(kinds, string(r.Kind))
			}
		}
		if got := strings.Join(kinds, " "); got != want {
			return fmt.Errorf("got %s, want %s", got, want)
		}
		return nil
	}, nil
}

func transactions(words []string) (act, error) {
	want, err := strconv.Atoi(words[0])
	return func(s *stage) error {
		if got := len(s.provider.Orders()); got != want {
			return fmt.Errorf("got %d, want %d", got, want)
		}
		return nil
	}, err
}

// politeness is how long the provider asks integrators to wait between two
// status requests.
const politeness = 10 * time.Second

func polls(words []string) (act, error) {
	most, err := strconv.Atoi(words[0])
	return func(s *stage) error {
		id, err := s.newest()
		if err != nil {
			return err
		}
		o, _ := s.atProvider(id)
		s.requests.mu.Lock()
		defer s.requests.mu.Unlock()
		var last time.Time
		n := 0
		for _, r := range s.requests.seen {
			if r.verb != "status" || r.id != o.OrderID && r.id != o.TransactionID {
				continue
			}
			if gap := r.at.Sub(last); n > 0 && gap < politeness {
				return fmt.Errorf("status %d came %v after the one before, want %v at least", n+1, gap, politeness)
			}
			last = r.at
			n++
		}
		if n > most {
			return fmt.Errorf("got %d, want %d at most", n, most)
		}
		return nil
	}, err
}
