package terminal

import "time"

// WalletRefused is a link that was not made, or a customer who was not found.
// Nothing was charged.
type WalletRefused struct {
	For     Purpose
	Masked  string
	Amount  Rupiah  // ForCharge only
	Code    string  // why, in one of the backend's words or of the Code constants; "" when Trouble says it
	Trouble Trouble // why there was no answer
	Retry   bool    // OK tries again
}

// What a till itself says of a wallet, besides the backend's reason codes.
const (
	CodePhone   = "phone"     // that is not a telephone number
	CodeExpired = "expired"   // nobody opened the page in time
	CodeForgot  = "forgotten" // the attempt was lost with the power; start again
)

// Name implements Screen.
func (WalletRefused) Name() string { return "walletrefused" }

func (WalletRefused) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (WalletRefused) pass(*turn) {}

func (WalletRefused) deadline(State) (time.Duration, bool) { return 0, false }
