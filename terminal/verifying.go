package terminal

import "time"

// Verifying is a linked charge that wants the wallet's PIN: the provider's
// page for it as a code, to be scanned by the wallet's owner.
type Verifying struct {
	Order  OrderID
	Amount Rupiah
	URL    string        // attested
	Left   time.Duration // how long the page can be used, in coarse steps
	Stale  bool          // no contact with the backend just now; the PIN can be entered all the same
	Payer  Payer
}

// Name implements Screen.
func (Verifying) Name() string { return "verifying" }

func (Verifying) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (Verifying) pass(*turn) {}

func (Verifying) deadline(State) (time.Duration, bool) { return 0, false }
