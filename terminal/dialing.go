package terminal

import "time"

// Dialing is a telephone number being keyed. It stands whole on the glass, so
// that it can be checked, and nowhere else: it is never written down.
type Dialing struct {
	Phone   string // as keyed so far; one that starts with 00 is international
	For     Purpose
	Amount  Rupiah // ForCharge only: what will be charged
	Refusal Refusal
}

// Name implements Screen.
func (Dialing) Name() string { return "dialing" }

func (Dialing) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (Dialing) pass(*turn) {}

func (Dialing) deadline(State) (time.Duration, bool) { return 0, false }
