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

	phone string // "" when it was lost with the power
}

// What a till itself says of a wallet, besides the backend's reason codes.
const (
	CodePhone   = "phone"     // that is not a telephone number
	CodeExpired = "expired"   // nobody opened the page in time
	CodeForgot  = "forgotten" // the attempt was lost with the power; start again

	codeNotLinked = "not_linked" // the backend's word for it
)

// Name implements Screen.
func (WalletRefused) Name() string { return "walletrefused" }

func (w WalletRefused) key(t *turn, k Key) {
	switch {
	case t.tooSoon(k):
	case k == KeyBack && w.phone != "" || k == KeyOK && w.Retry && w.phone == "":
		t.sound(ToneKey, 0)
		t.show(Dialing{Phone: w.phone, For: w.For, Amount: w.Amount})
	case k == KeyOK && w.Retry && w.For == ForLink:
		t.sound(ToneKey, 0)
		t.startLink(w.phone)
	case k == KeyOK && w.Retry:
		t.sound(ToneKey, 0)
		t.find(w.For, w.phone, w.Amount)
	default:
		t.sound(ToneKey, 0)
		t.leave(k)
	}
}

func (WalletRefused) pass(t *turn) { t.closeUntouched() }

func (WalletRefused) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }
