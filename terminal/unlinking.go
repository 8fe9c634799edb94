package terminal

import (
	"slices"
	"time"
)

// UnlinkConfirm asks whether a link is to be undone. OK does it.
type UnlinkConfirm struct{ Payer Payer }

// Name implements Screen.
func (UnlinkConfirm) Name() string { return "unlinkconfirm" }

func (u UnlinkConfirm) key(t *turn, k Key) {
	switch {
	case k == KeyOK && t.tooSoon(k):
	case k == KeyOK && len(t.Book.Unlinks) >= maxUnlinks && t.Book.unlinking(u.Payer.Customer) < 0:
		t.show(WalletRefused{For: ForUnlink, Masked: u.Payer.Masked, Code: "rate_limit"})
		t.sound(ToneFailed, 0)
	case k == KeyOK:
		t.sound(ToneKey, 0)
		t.record(Record{Kind: KindUnlinking, Customer: u.Payer.Customer, Masked: u.Payer.Masked})
		t.show(Unlinking{Payer: u.Payer})
	case k == KeyClear || k == KeyBack || k == KeyMenu:
		t.sound(ToneKey, 0)
		t.show(t.resting())
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (UnlinkConfirm) pass(t *turn) {
	if !t.interrupted() {
		t.closeUntouched()
	}
}

func (UnlinkConfirm) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

// Unlinking is a link being undone: asked for, not confirmed. It goes on in
// the background when nobody waits for it.
type Unlinking struct {
	Payer Payer
	Slow  bool    // it takes longer than it should
	Why   Trouble // why there is no answer just now
}

// Name implements Screen.
func (Unlinking) Name() string { return "unlinking" }

func (u Unlinking) key(t *turn, k Key) {
	switch k {
	case KeyOK:
		t.sound(ToneKey, 0)
		if w := t.unlinkOf(u.Payer.Customer); w != nil {
			w.hurry(t.now.Up)
		}
	case KeyClear:
		t.sound(ToneKey, 0)
		t.record(Record{Kind: KindUnlinkLeft, Customer: u.Payer.Customer, Masked: u.Payer.Masked})
		t.show(t.resting())
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (u Unlinking) pass(t *turn) {
	if t.interrupted() {
		return
	}
	u.Slow, u.Why = t.now.Up-t.since >= slowAfter, t.trouble()
	t.Screen = u
}

func (u Unlinking) deadline(s State) (time.Duration, bool) { return s.since + slowAfter, !u.Slow }

// unlinkOf returns the errand of a customer, and a state whose errands may be
// changed through it. It is nil for a customer who is not being unlinked.
func (s *State) unlinkOf(customer string) *unlink {
	i := slices.IndexFunc(s.unlinks, func(u unlink) bool { return u.customer == customer })
	if i < 0 {
		return nil
	}
	s.unlinks = slices.Clone(s.unlinks)
	return &s.unlinks[i]
}

// toldOfUnlink takes the backend's word on a link being undone.
func (t *turn) toldOfUnlink(e Found) {
	w := t.unlinkOf(e.Customer)
	if w == nil {
		return
	}
	w.answered(t.now.Up, e.Trouble, step(askAgain, w.asks))
	w.asks++
	if e.Trouble != NoTrouble || e.State != CustomerUnlinked && e.State != CustomerNone {
		return
	}
	who := t.Book.Unlinks[t.Book.unlinking(e.Customer)].Payer
	t.record(Record{Kind: KindUnlinked, Customer: who.Customer, Masked: who.Masked})
	if u, waits := t.Screen.(Unlinking); waits && u.Payer.Customer == who.Customer {
		t.show(Unlinked{Masked: who.Masked})
		t.sound(ToneReady, 0)
	}
}

// Unlinked says that a link is undone: the wallet cannot be charged any more.
type Unlinked struct{ Masked string }

// Name implements Screen.
func (Unlinked) Name() string { return "unlinked" }

func (Unlinked) key(t *turn, k Key) { t.read(k) }

func (Unlinked) pass(*turn) {}

func (Unlinked) deadline(State) (time.Duration, bool) { return 0, false }
