package terminal

import "time"

// Alarm is a code or a payment that is not what was asked for. The code is
// never drawn; a person must look.
type Alarm struct {
	Order  OrderID
	Amount Rupiah
	What   Mismatch
}

// Name implements Screen.
func (Alarm) Name() string { return "alarm" }

func (a Alarm) key(t *turn, k Key) {
	if k != KeyOK || t.tooSoon(k) {
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	t.record(Record{Kind: KindSeen, Order: a.Order, Amount: a.Amount, Why: a.What.String()})
	t.show(t.resting())
}

func (Alarm) pass(*turn) {}

func (Alarm) deadline(State) (time.Duration, bool) { return 0, false }

// Fault is a till that had to stop selling.
type Fault struct{ What FaultKind }

// Name implements Screen.
func (Fault) Name() string { return "fault" }

func (Fault) key(*turn, Key) {}

func (Fault) pass(*turn) {}

func (Fault) deadline(State) (time.Duration, bool) { return 0, false }
