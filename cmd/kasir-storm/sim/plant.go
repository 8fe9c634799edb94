package sim

import (
	"fmt"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/terminal"
)

// Plant is a bug that the shell around the cores is given on purpose, to see
// whether a story finds it. No core knows of them: each changes what goes in or
// comes out.
type Plant string

// The plants.
const (
	PlantNewID             Plant = "new id on retry"
	PlantTillSendsFirst    Plant = "till sends before it journals"
	PlantBackendSendsFirst Plant = "backend sends before it commits"
	PlantUnsigned          Plant = "unsigned notification accepted"
	PlantPendingPaid       Plant = "pending treated as paid"
	PlantLastWriter        Plant = "last writer wins"
	PlantCancelBelieved    Plant = "cancel believed without read-back"
	PlantLocalExpiry       Plant = "local expiry believed"
	PlantLateDropped       Plant = "late settlement dropped"
	PlantAmountNotCompared Plant = "amount not compared"
	PlantReplayed          Plant = "replayed old settlement accepted"
	PlantWallClock         Plant = "countdown on the wall clock"
	PlantBodyNotCompared   Plant = "idempotency without body check"
	PlantNumbersReused     Plant = "order numbers used again"
	PlantNotAttested       Plant = "code drawn without attestation"
	PlantPaidUnjournaled   Plant = "LUNAS from a message, not the journal"
	PlantNotWritten        Plant = "settlement not journaled"
	PlantNewsSkipped       Plant = "news skipped"
	PlantForgetsOpen       Plant = "restart forgets open charges"
	PlantAbsentBelieved    Plant = "absence believed at once"
	PlantSilenceRefuses    Plant = "no answer taken for a refusal"
	PlantLinkBelieved      Plant = "link believed from a notification"
	PlantUnlinkBelieved    Plant = "unlink believed without read-back"
	PlantUnlinkedCharged   Plant = "unlinked wallet charged"
	PlantUnsaid            Plant = "late settlement not announced"
	PlantEpochKept         Plant = "an old copy of the book passes for the book"
	PlantTicketIgnored     Plant = "an answer about another number taken"
	PlantMessageAmount     Plant = "a code's amount in the message not compared"
	PlantOrderNotCompared  Plant = "a reading under another order's name believed"
	PlantUnpaidCapture     Plant = "captured taken for paid"
	PlantCodeEarly         Plant = "a receipt says PAID before the provider does"
	PlantCodeUnread        Plant = "a receipt says NOT PAID without read-back"
	PlantGapForgotten      Plant = "a gap in a journal is not told again"
	PlantTxNotCompared     Plant = "a reading of another transaction believed"
	PlantDayCancelled      Plant = "a day's total counts what was cancelled"
	PlantCodeUnchecked     Plant = "a code is not held against the backend's word"
	PlantNotReminded       Plant = "an old copy of the book is not told what it forgot"
)

// Plants is all of them.
var Plants = []Plant{PlantNewID, PlantTillSendsFirst, PlantBackendSendsFirst, PlantUnsigned, PlantPendingPaid, PlantLastWriter,
	PlantCancelBelieved, PlantLocalExpiry, PlantLateDropped, PlantAmountNotCompared, PlantReplayed, PlantWallClock,
	PlantBodyNotCompared, PlantNumbersReused, PlantNotAttested, PlantPaidUnjournaled, PlantNotWritten, PlantNewsSkipped,
	PlantForgetsOpen, PlantAbsentBelieved, PlantSilenceRefuses, PlantLinkBelieved, PlantUnlinkBelieved, PlantUnlinkedCharged, PlantUnsaid, PlantEpochKept, PlantNotReminded, PlantCodeEarly, PlantCodeUnread,
	PlantTicketIgnored, PlantMessageAmount, PlantOrderNotCompared, PlantUnpaidCapture, PlantGapForgotten, PlantTxNotCompared, PlantDayCancelled, PlantCodeUnchecked}

// plantedCall changes a call on its way to the backend.
func (t *till) plantedCall(c terminal.Call) terminal.Call {
	if t.w.plant != PlantNewID || c.Verb != terminal.Open {
		return c
	}
	if t.resent == nil {
		t.resent = make(map[terminal.OrderID]int64)
	}
	if n := t.resent[c.Order]; n > 0 {
		number, _ := c.Order.Number(t.name)
		c.Order = terminal.MakeOrderID(t.name, number+1000*n)
	}
	t.resent[c.Order]++
	return c
}

// plantedEvent changes what a till is told, and is true when it is not told.
func (t *till) plantedEvent(e *terminal.Event) bool {
	told, ok := (*e).(terminal.Told)
	switch {
	case t.w.plant == PlantLocalExpiry:
		if u, shown := t.glass.Screen.(terminal.Offering); shown && t.w.now >= t.eyes.ends[string(u.Order)] {
			*e = terminal.Told{Order: u.Order, Fact: terminal.FactExpired, Amount: u.Amount}
		}
	case t.w.plant == PlantNumbersReused, t.w.plant == PlantBodyNotCompared && t.cards > 1:
		if g, ok := (*e).(terminal.Greeted); ok && g.Trouble == terminal.NoTrouble {
			g.Next = 1
			*e = g
		}
	case t.w.plant == PlantNotReminded:
		if r, ok := (*e).(terminal.Restored); ok {
			t.card = append(t.card, terminal.Record{Kind: terminal.KindJoined, Next: t.state.Book.Next, Epoch: r.Epoch, Cursor: r.Latest})
			t.state.Book = t.state.Book.Apply(t.card[len(t.card)-1])
			return true
		}
	case t.w.plant == PlantTicketIgnored:
		if f, ok := (*e).(terminal.Found); ok && f.Ticket != 0 {
			f.Ticket = t.ticket
			*e = f
		}
	case !ok || told.Trouble != terminal.NoTrouble:
	case t.w.plant == PlantMessageAmount && told.QR != "":
		if o := t.w.orders[string(told.Order)]; o != nil {
			told.Amount = terminal.Rupiah(o.sale.amount)
			*e = told
		}
	case t.w.plant == PlantCodeUnchecked:
		o := t.w.orders[string(told.Order)]
		return o != nil && o.coded
	case t.w.plant == PlantLateDropped:
		o := t.w.orders[string(told.Order)]
		return told.Fact == terminal.FactSettled && o != nil && (o.ends > 0 || o.parked)
	case t.w.plant == PlantAmountNotCompared && told.Fact == terminal.FactSettled:
		told.Paid = told.Amount
		*e = told
	}
	return false
}

// plantedEffects changes what a till writes and sounds.
func (t *till) plantedEffects(owed *terminal.Effects) {
	if t.w.plant == PlantUnsaid && owed.Sound.Tone == terminal.ToneLate {
		owed.Sound = terminal.Sound{}
	}
	for i, r := range owed.Records {
		if t.w.plant == PlantDayCancelled && r.Kind == terminal.KindShiftClosed {
			r.Sales, r.Amount = t.withCancelled(r.Sales, r.Amount)
			owed.Records[i] = r
		}
		if t.w.plant != PlantNotWritten {
			continue
		}
		if r.Kind == terminal.KindSettled {
			owed.Records = append(owed.Records[:i:i], owed.Records[i+1:]...)
			return
		}
	}
}

// withCancelled is a shift's count with what came to nothing in it.
func (t *till) withCancelled(sales int, taken terminal.Rupiah) (int, terminal.Rupiah) {
	for _, r := range t.card {
		switch r.Kind {
		case terminal.KindShiftClosed:
			return sales, taken // the plant is in the first count only
		case terminal.KindCancelled:
			sales, taken = sales+1, taken+r.Amount
		}
	}
	return sales, taken
}

// plantedTold draws what a till is told before it has judged it.
func (t *till) plantedTold(e terminal.Event) {
	told, ok := e.(terminal.Told)
	switch {
	case !ok || t.cashier.sale == nil || standing(t.glass.Screen) != told.Order:
	case t.w.plant == PlantNotAttested && told.Fact == terminal.FactPending && told.QR != "" && told.ExpiresIn > 0:
		t.see(terminal.View{Screen: terminal.Offering{Order: told.Order, Amount: told.Amount, QR: told.QR}})
	case t.w.plant == PlantPaidUnjournaled && told.Fact == terminal.FactSettled:
		t.see(terminal.View{Screen: terminal.Thanks{Order: told.Order, Amount: told.Amount}})
	}
}

// plantedClaim is another state than the ledger's, "" for none.
func (b *backend) plantedClaim(c ledger.Charge) ledger.State {
	if claim := b.claims[c.Order]; b.w.plant == PlantLastWriter && c.Order != "" {
		return claim
	}
	return ""
}

// plantPending changes how a code that can be paid is told.
func (b *backend) plantPending(out *terminal.Told) {
	if b.w.plant == PlantPendingPaid && b.w.chance(0.01) {
		out.Fact, out.Paid = terminal.FactSettled, out.Amount
	}
}

// plantedHear takes a notification in another way, and is true when it did.
func (b *backend) plantedHear(l letter, answer func(int)) bool {
	if claim := claimOf(l.status); l.genuine() && claim != "" && b.claims != nil {
		b.claims[l.order] = claim
	}
	order := ""
	switch b.w.plant {
	case PlantUnsigned:
		order = l.order
	case PlantReplayed: // for whatever this device has open
		if device, _, err := ledger.ParseOrder(l.order); err == nil && l.genuine() {
			order = b.openOf(device)
		}
	}
	f := b.book.facts(order)
	if l.status != "settlement" || f.State != ledger.Pending {
		return false
	}
	paid := ledger.Tx{ID: f.TransactionID, Order: order, Status: "settlement", Paid: true, Amount: f.Amount, Mark: f.Mark()}
	b.post(note{order: order, event: ledger.Answer{Verb: ledger.Status, Outcome: ledger.Done, Tx: paid}})
	answer(200)
	return true
}

func (b *backend) openOf(device string) string {
	for _, id := range b.book.ids {
		if f := b.book.facts(id); f.Device == device && f.State == ledger.Pending {
			return id
		}
	}
	return ""
}

// believe is a provider's answer as the ledger is given it.
func (b *backend) believe(k ledger.Call, a ledger.Answer) ledger.Answer {
	switch f := b.book.facts(k.Order); b.w.plant {
	case PlantAmountNotCompared:
		if a.Tx.Paid {
			a.Tx.Amount = f.Amount
		}
	case PlantAbsentBelieved:
		if k.Verb == ledger.Status && a.Outcome == ledger.Absent && f.State == ledger.Asked {
			return ledger.Answer{Verb: ledger.Status, Outcome: ledger.Done, Tx: ledger.Tx{
				ID: "none", Order: k.Order, Status: "cancel", Amount: f.Amount, Mark: f.Mark(), ExpiresAt: epoch.Add(time.Hour)}}
		}
	case PlantOrderNotCompared:
		if a.Outcome == ledger.Done && a.Tx.Order != "" {
			a.Tx.Order = k.Order
		}
	case PlantTxNotCompared:
		if a.Tx.ID == others {
			a.Tx.ID, a.Tx.Mark = f.TransactionID, f.Mark()
		}
	case PlantUnpaidCapture:
		a.Tx.Paid = a.Tx.Paid || a.Tx.Status == "capture"
	case PlantSilenceRefuses:
		if k.Verb == ledger.Send && a.Outcome == ledger.Unknown {
			a.Outcome, a.Reason = ledger.Refused, ledger.Reason{Code: ledger.ReasonBusy, Retry: true}
		}
	}
	return a
}

// genuine reports that a letter was signed with the provider's key.
func (l letter) genuine() bool {
	return l.signature == midtrans.Signature(l.order, l.code, l.gross, notifyKey)
}

// PlantNamed is the plant of a name.
func PlantNamed(name string) (Plant, error) {
	for _, p := range Plants {
		if string(p) == name {
			return p, nil
		}
	}
	return "", fmt.Errorf("find plant %q: there is none of that name", name)
}
