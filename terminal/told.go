package terminal

// told takes the backend's word on an order, whoever asked for it.
func (t *turn) told(e Told) {
	if w := t.watching(e.Order); w != nil {
		if e.Call != 0 && w.flight == e.Call {
			w.answered(t.now.Up, e.Trouble, t.stands(e.Order))
		}
		if e.Trouble == NoTrouble {
			w.heard = e.Fact != FactUnknown
			w.undecided = e.Fact == FactAsked
			w.released = e.Fact != FactUnknown && (w.released || e.Call == LetGo)
			t.link.silent = t.link.silent && w.undecided
		}
	}
	if e.Call != 0 {
		t.linked(e.Trouble)
	}
	t.recalled(e)
	t.rechecked(e)
	if e.Trouble != NoTrouble {
		t.silence(e)
		return
	}
	i := find(t.Book.Open, e.Order)
	if i < 0 {
		t.toldOfPast(e)
		return
	}
	c := t.Book.Open[i]
	switch e.Fact {
	case FactPending:
		t.pending(c, e)
	case FactSettled:
		t.settled(c, e)
	case FactCancelled:
		t.ended(c, e, KindCancelled, Ended{Order: c.Order, Amount: c.Amount, How: EndCancelled, Payer: c.Payer})
	case FactExpired:
		t.ended(c, e, KindExpired, Ended{Order: c.Order, Amount: c.Amount, How: EndExpired, Payer: c.Payer})
	case FactDenied:
		t.lastError = e.Reason
		t.ended(c, e, KindDenied, Denied{Order: c.Order, Amount: c.Amount, Code: e.Reason, Retry: e.Retry, Payer: c.Payer})
	case FactTaken:
		t.link.greeted = false // learn which numbers are free
		t.ended(c, e, KindTaken, Denied{Order: c.Order, Amount: c.Amount, Code: "duplicate", Retry: !c.payable(), Payer: c.Payer})
	case FactUnknown:
		t.hurry(c.Order) // the backend forgot; the open is sent again, same id
	case FactAsked:
		// Decides nothing.
	}
}

// pending takes a code that can be paid. It is attested each time, and only
// the first time is a fact.
func (t *turn) pending(c Charge, e Told) {
	w := t.watching(c.Order)
	w.expires = t.now.Up + max(e.ExpiresIn, 0) // 0 or less: overdue
	if c.LetGo || c.Alarmed || e.QR+e.Verify == "" {
		return
	}
	if e.Amount != c.Amount {
		t.alarm(c, MismatchAmount, 0)
		return
	}
	if c.Payer.Linked() && !t.link.greeted {
		return // what a page may be is not known yet
	}
	if what := t.attest(c, e); what != NoMismatch {
		t.alarm(c, what, 0)
		return
	}
	shown := false
	switch t.Screen.(type) {
	case Offering, Verifying, Confirming:
		shown = true
	}
	if e.ExpiresIn <= 0 {
		_, said := t.Screen.(Unsure)
		if t.stands(c.Order) && !shown && !said {
			// Nobody should scan it any more; what became of it is being asked.
			t.show(Unsure{Order: c.Order, Amount: c.Amount, Why: DoubtCountdown, Offered: c.payable(), Payer: c.Payer})
			t.sound(ToneUnsure, c.Amount)
		}
		return
	}
	if !c.Offered {
		t.record(Record{Kind: KindOffered, Order: c.Order, Amount: c.Amount, Transaction: e.Transaction, Cursor: e.Seq})
	}
	if !t.stands(c.Order) || c.Parked || shown {
		return
	}
	if c.Payer.Linked() {
		t.show(Verifying{Order: c.Order, Amount: c.Amount, URL: e.Verify, Payer: c.Payer})
	} else {
		t.show(Offering{Order: c.Order, Amount: c.Amount, QR: e.QR})
	}
	t.sound(ToneReady, c.Amount)
}

// attest says whether what can be scanned now may be drawn. A linked charge
// has a page for its owner's PIN, and never a code that anybody can pay; every
// other has a code, and never a page.
func (t *turn) attest(c Charge, e Told) Mismatch {
	switch {
	case c.Payer.Linked() && e.QR != "", !c.Payer.Linked() && e.Verify != "":
		return MismatchPage
	case c.Payer.Linked():
		return AttestPage(e.Verify, t.link.sandbox)
	}
	return t.Config.Expect.Attest(e.QR, c.Amount)
}

// alarm refuses to show a code, or to believe a payment, that is not what was
// asked for. It is said once for a charge's code and once for its money, and a
// person must look.
func (t *turn) alarm(c Charge, what Mismatch, paid Rupiah) {
	if c.Mispaid || c.Alarmed && what != MismatchPaid {
		return
	}
	t.record(Record{Kind: KindAlarmed, Order: c.Order, Amount: c.Amount, Paid: paid, Why: what.String()})
	if what != MismatchPaid && !c.LetGo {
		t.record(Record{Kind: KindLetGo, Order: c.Order, Amount: c.Amount, Why: "attest"})
		t.letGoNow(c.Order)
	}
	t.warn(c.Order, c.Amount, what)
}

// warn shows an alarm where it covers no other sale; there it is heard, and
// it is shown when that sale is over.
func (t *turn) warn(id OrderID, amount Rupiah, what Mismatch) {
	t.sound(ToneAlarm, amount)
	if _, idle := t.Screen.(Idle); idle || t.stands(id) {
		t.show(Alarm{Order: id, Amount: amount, What: what})
	}
}

// settled takes the money, if it is what was asked for. It is late when
// nobody stands before the charge any more.
func (t *turn) settled(c Charge, e Told) {
	if e.Paid != c.Amount || e.Amount != c.Amount {
		t.alarm(c, MismatchPaid, e.Paid)
		return
	}
	stands := t.stands(c.Order)
	t.record(settlement(e, c.Amount, !stands))
	if stands {
		t.sound(TonePaid, c.Amount)
		t.show(Thanks{Order: c.Order, Amount: c.Amount, AfterCancel: c.LetGo})
		return
	}
	t.sound(ToneLate, c.Amount)
}

func settlement(e Told, amount Rupiah, late bool) Record {
	r := Record{
		Kind: KindSettled, Order: e.Order, Amount: amount, Transaction: e.Transaction,
		Issuer: e.Issuer, Cursor: e.Seq, Late: late,
	}
	if !e.SettledAt.IsZero() {
		r.At = e.SettledAt.UnixMilli()
	}
	return r
}

// ended takes an outcome without money.
func (t *turn) ended(c Charge, e Told, kind Kind, next Screen) {
	stands := t.stands(c.Order)
	t.record(Record{Kind: kind, Order: c.Order, Amount: c.Amount, Transaction: e.Transaction, Why: e.Reason, Cursor: e.Seq})
	if !stands {
		if !c.Parked && !c.Alarmed {
			t.untold = next // somebody waits for it behind what covers it
		}
		return
	}
	if _, alarmed := t.Screen.(Alarm); alarmed {
		return // the alarm is for a person; it stays until one came
	}
	t.show(next)
	t.sound(ToneFailed, c.Amount)
}

// toldOfPast takes news of an order that is not open. Only money matters: it
// may come after a cancel or an expiry, and even for an order that this
// journal has forgotten or never had.
func (t *turn) toldOfPast(e Told) {
	if i := find(t.Book.Coded, e.Order); i >= 0 {
		t.compare(t.Book.Coded[i], e)
		return
	}
	n, ours := e.Order.Number(t.Config.Device)
	if e.Fact != FactSettled || !ours || e.Paid <= 0 {
		return
	}
	c := Charge{Order: e.Order, Amount: e.Amount}
	if i := find(t.Book.Past, e.Order); i >= 0 {
		c = t.Book.Past[i]
	}
	if c.End == EndPaid || t.Book.paid.has(e.Order) {
		return // told before
	}
	if c.Amount != e.Paid {
		if !c.Mispaid {
			t.record(Record{Kind: KindAlarmed, Order: c.Order, Amount: c.Amount, Paid: e.Paid, Why: MismatchPaid.String(), Next: n + 1, Cursor: e.Seq})
			t.warn(c.Order, c.Amount, MismatchPaid)
		}
		return
	}
	r := settlement(e, e.Paid, true)
	r.Next = n + 1
	t.record(r)
	t.sound(ToneLate, e.Paid)
	if t.stands(e.Order) {
		// It was just called ended, and somebody is still reading that.
		t.show(t.resting())
	}
}
