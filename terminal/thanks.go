package terminal

import "time"

// Thanks is LUNAS. It stays until a key: cashiers look away.
type Thanks struct {
	Order       OrderID
	Amount      Rupiah
	AfterCancel bool // it was paid in the moment it was being cancelled
}

// Name implements Screen.
func (Thanks) Name() string { return "thanks" }

func (s Thanks) key(t *turn, k Key) {
	if t.tooSoon(k) {
		return
	}
	if k == KeyPlus && t.Config.Printer {
		t.print(s.Order, s.Amount, false)
		return
	}
	if _, digit := k.Digit(); s.AfterCancel && (digit || k == KeyZeroZero) {
		// Whoever cancelled is about to key the amount anew and must read this first.
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	t.record(Record{Kind: KindSeen, Order: s.Order, Amount: s.Amount})
	t.leave(k)
}

func (Thanks) pass(*turn) {}

func (Thanks) deadline(State) (time.Duration, bool) { return 0, false }

// tooSoon reports that a key was meant for the screen before: this one came
// by itself while the finger was already on its way. Digits are let through,
// they start the next sale and are never meant for a code; but where somebody
// was keying one, its digits and the key that ends them are not for this screen.
func (t *turn) tooSoon(k Key) bool {
	_, digit := k.Digit()
	if t.coding {
		t.coding = digit || k == KeyZeroZero || k == KeyBack
		return true
	}
	return !digit && t.now.Up-t.since < settleGuard
}

// leave goes from a screen that is done with to rest, and on to the next sale
// or the menu when the key says so.
func (t *turn) leave(k Key) {
	t.show(t.resting())
	if _, ok := t.Screen.(Idle); !ok {
		return
	}
	if _, digit := k.Digit(); digit || k == KeyMenu {
		t.Screen.key(t, k)
	}
}
