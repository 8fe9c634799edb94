package sandbox

import (
	"kasir/backend/midtrans"
)

// PIN and OTP that every wallet's owner enters, as the provider publishes them
// for its own sandbox. Anything else is wrong.
const (
	PIN = "112233"
	OTP = "987654"
)

// pinFrom is the amount from which a linked wallet asks for its PIN, in rupiah.
const pinFrom = 100_000

// fate is what becomes of somebody who is to be linked.
type fate int

const (
	willing      fate = iota
	unregistered      // no wallet with this number
	barred            // blocked, answered as the sandbox of 2019 did
	blocked           // blocked, answered as since 2024
)

// Wallet is a telephone number whose wallet behaves in a known way.
type Wallet struct {
	Phone   string // country code and number, digits only
	Says    string // what happens to it
	Balance int64  // rupiah in GOPAY_WALLET to begin with
	Later   int64  // rupiah of credit in PAY_LATER to begin with; 0: has none
	Promo   bool   // is offered promotions

	fate fate
}

// Wallets are the numbers that the provider publishes for its sandboxes: the
// first two of 2019, the others of 2024. Any other number is a willing wallet
// with a million rupiah, or belongs to nobody with Options.KnownPhonesOnly.
var Wallets = []Wallet{
	{Phone: "62123450001", Says: "not registered", fate: unregistered},
	{Phone: "62123450002", Says: "blocked, refused with 202", fate: barred},
	{Phone: "628215023424", Says: "can be linked", Balance: 8_000_000},
	{Phone: "628242974268", Says: "can be linked", Balance: 8_000_000},
	{Phone: "628271939753", Says: "blocked, refused with 410", fate: blocked},
	{Phone: "628242014881", Says: "can be linked, has no money"},
	{Phone: "628237435829", Says: "can be linked, has promotions", Balance: 8_000_000, Promo: true},
	{Phone: "380441234567", Says: "can be linked", Balance: 8_000_000},
	{Phone: "380441234568", Says: "can be linked", Balance: 8_000_000},
	{Phone: "918877661234", Says: "can be linked", Balance: 8_000_000},
	{Phone: "918877661235", Says: "can be linked", Balance: 8_000_000},
	{Phone: "628103001242", Says: "can be linked, pays later too", Balance: 8_000_000, Later: 5_000_000},
}

const (
	startBalance = 1_000_000 // rupiah, of a number that is not on the list
	optionLater  = "PAY_LATER"
)

// wallet finds the wallet behind a number.
func (s *Sandbox) wallet(phone string) Wallet {
	for _, w := range Wallets {
		if w.Phone == phone {
			return w
		}
	}
	if s.opts.KnownPhonesOnly {
		return Wallet{Phone: phone, fate: unregistered}
	}
	return Wallet{Phone: phone, Balance: startBalance}
}

// purse is the money behind a number once some of it has moved. All pay
// accounts of the number share it.
type purse struct {
	Phone  string `json:"phone"`
	Wallet int64  `json:"wallet"` // rupiah
	Later  int64  `json:"later,omitempty"`
}

// of is what an option of the purse holds.
func (p *purse) of(option string) *int64 {
	if option == optionLater {
		return &p.Later
	}
	return &p.Wallet
}

// purse is the money behind a number now; s.mu is held.
func (s *Sandbox) purse(phone string) purse {
	if p, moved := s.purses[phone]; moved {
		return p
	}
	w := s.wallet(phone)
	return purse{Phone: phone, Wallet: w.Balance, Later: w.Later}
}

// held is what the payer of t has parted with, in rupiah.
func (t transaction) held() int64 {
	switch t.Status {
	case midtrans.StatusSettlement, midtrans.StatusCapture, midtrans.StatusAuthorize,
		midtrans.StatusRefund, midtrans.StatusPartialRefund:
		return t.Gross - t.Cashback - t.refunded()
	}
	return 0
}

// transact is all that follows from old, which is nil for a new transaction,
// becoming t: the notifications, and the money of a linked wallet. s.mu is held.
func (s *Sandbox) transact(old *transaction, t transaction) entry {
	e := entry{Transaction: &t, Letters: s.letters(t)}
	moves := t.held()
	if old != nil {
		moves -= old.held()
	}
	if t.Payer == "" || moves == 0 {
		return e
	}
	p := s.purse(t.Payer)
	*p.of(t.Wallet) -= moves
	e.Purse = &p
	return e
}

// afford reports whether the wallet behind t has the money for it.
func (s *Sandbox) afford(t transaction) bool {
	p := s.purse(t.Payer)
	return *p.of(t.Wallet) >= t.Gross-t.Cashback
}
