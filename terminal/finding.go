package terminal

import "time"

// Finding is a search for the customer with a number.
type Finding struct {
	For    Purpose // ForCharge or ForUnlink
	Masked string
	Amount Rupiah // ForCharge only
	Slow   bool   // it takes longer than it should

	phone  string
	ticket int64 // of the call, so that the answer about a number keyed before is not taken for this one's
}

// Name implements Screen.
func (Finding) Name() string { return "finding" }

func (Finding) key(t *turn, k Key) {
	if k != KeyClear {
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	t.show(t.resting()) // nothing was made, so nothing is left
}

func (f Finding) pass(t *turn) {
	age := t.now.Up - t.since
	switch {
	case f.For == ForCharge && len(t.Book.Unseen) > 0:
		// Perhaps this customer's own; what was keyed comes back after.
		t.show(t.late(t.Book.Unseen[0], Entering{Amount: f.Amount, Linked: true}))
	case t.interrupted():
	case age >= lostAfter:
		f.fail(t, WalletRefused{Trouble: TroubleTimeout, Retry: true})
	default:
		f.Slow = age >= slowAfter
		t.Screen = f
	}
}

func (f Finding) deadline(s State) (time.Duration, bool) {
	if f.Slow {
		return s.since + lostAfter, true
	}
	return s.since + slowAfter, true
}

// fail says why the search came to nothing.
func (f Finding) fail(t *turn, why WalletRefused) {
	why.For, why.Masked, why.Amount, why.phone = f.For, f.Masked, f.Amount, f.phone
	t.show(why)
	t.sound(ToneFailed, 0)
}

// find asks who has a number.
func (t *turn) find(what Purpose, phone string, amount Rupiah) {
	t.ticket++
	t.owed.Calls = append(t.owed.Calls, Call{Verb: FindCustomer, Phone: phone, Ticket: t.ticket})
	t.show(Finding{For: what, Masked: mask(phone), Amount: amount, phone: phone, ticket: t.ticket})
}

// found takes the backend's word on a customer.
func (t *turn) found(e Found) {
	t.linked(e.Trouble)
	if e.Call == Unlink {
		t.toldOfUnlink(e)
		return
	}
	f, waits := t.Screen.(Finding)
	if !waits || f.ticket != e.Ticket {
		return
	}
	switch {
	case e.Trouble != NoTrouble:
		f.fail(t, WalletRefused{Trouble: e.Trouble, Retry: true})
	case e.State == CustomerRefused:
		f.fail(t, WalletRefused{Code: e.Reason, Retry: e.Reason != CodePhone})
	case e.State == CustomerNone, e.State == CustomerUnlinked, e.State == CustomerUnlinking && f.For == ForCharge:
		f.fail(t, WalletRefused{Code: codeNotLinked})
	case lastFour(e.Masked) != lastFour(f.Masked) || e.Customer == "":
		// Somebody else's wallet, or nobody's: never charge that.
		f.fail(t, WalletRefused{Trouble: TroubleNonsense, Retry: true})
	case f.For == ForUnlink:
		t.show(UnlinkConfirm{Payer: Payer{Customer: e.Customer, Masked: f.Masked}})
	default:
		t.charge(Entering{Amount: f.Amount, Linked: true}, Payer{Customer: e.Customer, Masked: f.Masked})
	}
}
