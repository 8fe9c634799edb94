package terminal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
)

// Confirm is how an outcome can be learnt without a network on this side: a
// receipt link that a customer's phone opens at the backend, and the key that
// proves the code which the phone is shown. The zero Confirm is none.
type Confirm struct {
	Key  ConfirmKey
	Base string // address of the backend as phones reach it, no slash at its end
}

// ConfirmKey is a secret that this device and the backend share. Whoever has
// it can make codes that say LUNAS.
type ConfirmKey [32]byte

// String keeps the key out of everything that is printed.
func (ConfirmKey) String() string { return "secret" }

// GoString keeps it out of %#v.
func (ConfirmKey) GoString() string { return "secret" }

// codeDigits is the length of a code, in decimal digits.
const codeDigits = 8

const codes = 100_000_000 // how many there are

// maxReceipt is the longest receipt link, in characters: what a small glass
// still shows in modules that a phone can read.
const maxReceipt = 120

// receipt is what a link and its code are bound to: a code of one receipt says
// nothing about another.
type receipt struct {
	device string
	order  OrderID
	amount Rupiah
	count  int // which showing of this order's link it is, from 1
}

// verdict is what a code says.
type verdict string

// The verdicts. The words are in the hash, the same at the backend.
const (
	noVerdict     verdict = ""
	verdictPaid   verdict = "paid"   // the provider settled exactly the amount
	verdictUnpaid verdict = "unpaid" // the provider confirmed: cannot be paid any more
)

// mac is the keyed hash of the receipt for one purpose. None of the parts can
// hold a line feed, so no two receipts have one text.
func (r receipt) mac(k ConfirmKey, purpose string) []byte {
	h := hmac.New(sha256.New, k[:])
	fmt.Fprintf(h, "kasir %s\n%s\n%s\n%d\n%d", purpose, r.device, r.order, int64(r.amount), r.count)
	return h.Sum(nil)
}

// link is the address for the customer's phone. Its last part proves to the
// backend that it was made here, so that nobody can ask about other sales.
func (r receipt) link(c Confirm) string {
	proof := base64.RawURLEncoding.EncodeToString(r.mac(c.Key, "receipt")[:9])
	return c.Base + "/r/" + string(r.order) + "." + strconv.Itoa(r.count) + "." + proof
}

// answers are the two codes that mean something for a receipt.
type answers struct{ paid, unpaid uint32 }

func (r receipt) answers(k ConfirmKey) answers {
	code := func(v verdict) uint32 {
		return uint32(binary.BigEndian.Uint64(r.mac(k, "confirm "+string(v))) % codes)
	}
	return apart(code(verdictPaid), code(verdictUnpaid))
}

// apart sees to it that one code never says both.
func apart(paid, unpaid uint32) answers {
	if unpaid == paid {
		unpaid = (unpaid + 1) % codes
	}
	return answers{paid, unpaid}
}

// says is what a code means; noVerdict for all but two of them.
func (a answers) says(code uint32) verdict {
	switch code {
	case a.paid:
		return verdictPaid
	case a.unpaid:
		return verdictUnpaid
	}
	return noVerdict
}

// judge is what the code that was keyed says of the receipt.
func (r receipt) judge(k ConfirmKey, keyed string) verdict {
	n, err := strconv.ParseUint(keyed, 10, 32)
	if err != nil || len(keyed) != codeDigits {
		return noVerdict
	}
	return r.answers(k).says(uint32(n))
}
