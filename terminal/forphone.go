package terminal

import "time"

// Phone is whose phone a code is for, that is not a customer's.
type Phone uint8

// Whose.
const (
	OwnersPhone      Phone = iota // a closed shift's figures, as the address of the backend's page, which holds them against what it knows
	TechniciansPhone              // what a support person wants to know of this till; no secret, and nothing of any customer
)

// ForPhone is a text to be scanned by somebody of the shop.
type ForPhone struct {
	Whose Phone
	Text  string
	Shift int    // OwnersPhone: its number, 0 for the first
	Taken Rupiah // OwnersPhone: in that shift

	back Screen
}

// Name implements Screen.
func (f ForPhone) Name() string { return [...]string{"closecode", "support"}[f.Whose] }

func (f ForPhone) key(t *turn, _ Key) {
	t.sound(ToneKey, 0)
	t.show(f.back)
}

func (f ForPhone) pass(t *turn) {
	if t.now.Up-t.since >= receiptFor {
		t.show(f.back)
	}
}

func (ForPhone) deadline(s State) (time.Duration, bool) { return s.since + receiptFor, true }
