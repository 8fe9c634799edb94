package terminal

import "time"

// Finding is a search for the customer with a number.
type Finding struct {
	For    Purpose // ForCharge or ForUnlink
	Masked string
	Amount Rupiah // ForCharge only
	Slow   bool   // it takes longer than it should
}

// Name implements Screen.
func (Finding) Name() string { return "finding" }

func (Finding) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (Finding) pass(*turn) {}

func (Finding) deadline(State) (time.Duration, bool) { return 0, false }
