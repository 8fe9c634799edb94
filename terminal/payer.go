package terminal

// Payer is whose linked wallet is charged. The zero Payer is anybody who scans
// a code.
type Payer struct {
	Customer string // the backend's name for them; "" for nobody in particular
	Masked   string // their telephone number as it may be shown and kept: "****7890"
}

// Linked reports whether it is somebody's linked wallet.
func (p Payer) Linked() bool { return p.Customer != "" }

// Purpose is what a telephone number is keyed for.
type Purpose uint8

// The purposes.
const (
	ForLink   Purpose = 1 + iota // link a wallet to this merchant
	ForCharge                    // charge a linked wallet
	ForUnlink                    // undo a link
)

func (p Purpose) String() string {
	return [...]string{"none", "link", "charge", "unlink"}[p]
}

// Limits of a telephone number as it is keyed, in digits, a leading 00 of an
// international one included.
const (
	minPhone = 9
	maxPhone = 17
	maxDial  = 20 // more than is taken, so that a digit too many is seen
)

// mask is a number as it may be shown and kept: its last four digits.
func mask(phone string) string {
	return "****" + lastFour(phone)
}

func lastFour(phone string) string { return phone[max(0, len(phone)-4):] }
