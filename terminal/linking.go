package terminal

import "time"

// Linking is an attempt to link a wallet whose page is not here: being asked
// for, or its time is over and the provider has not said so yet.
type Linking struct {
	Order  OrderID // the attempt's number; "" until a backend has greeted this device in this life
	Masked string
	Slow   bool    // it takes longer than it should
	Why    Trouble // why there is no answer just now
}

// Name implements Screen.
func (Linking) Name() string { return "linking" }

func (Linking) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (Linking) pass(*turn) {}

func (Linking) deadline(State) (time.Duration, bool) { return 0, false }
