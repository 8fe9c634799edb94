package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// A terminal without a network shows a receipt link, ConfirmURL + "/r/" + token,
// as a code to be scanned. A customer's phone opens it at the backend and is
// shown a code of CodeDigits digits, which the cashier keys. Both halves make
// link and code from a key that they share, so that nothing has to travel
// between them but what people read.

// Limits of receipts.
const (
	ConfirmKeyLen = 64  // hexadecimal digits of Hello.ConfirmKey
	CodeDigits    = 8   // decimal digits of a code
	MaxReceipt    = 120 // characters of a whole link
	maxCount      = 9999
	proofBytes    = 9
)

// Verdict is what a code says of a charge.
type Verdict string

const (
	VerdictPaid   Verdict = "paid"   // the provider settled exactly the amount
	VerdictUnpaid Verdict = "unpaid" // the provider confirmed that it cannot be paid any more
)

// Receipt is what a link and its codes are bound to: those of one receipt say
// nothing about another.
type Receipt struct {
	Device string
	Order  string
	Amount int64 // rupiah
	Count  int   // which showing of this order's link it is, from 1
}

// mac is HMAC-SHA-256 over the receipt for one purpose. None of its parts can
// hold a line feed, so no two receipts have one text.
func (r Receipt) mac(key []byte, purpose string) []byte {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "kasir %s\n%s\n%s\n%d\n%d", purpose, r.Device, r.Order, r.Amount, r.Count)
	return h.Sum(nil)
}

// Token is the last part of the receipt's link: order, count and a proof that
// whoever made it has the key.
func (r Receipt) Token(key []byte) string {
	return r.Order + "." + strconv.Itoa(r.Count) + "." + r.proof(key)
}

func (r Receipt) proof(key []byte) string {
	return base64.RawURLEncoding.EncodeToString(r.mac(key, "receipt")[:proofBytes])
}

// Proves reports whether proof is that of the receipt.
func (r Receipt) Proves(key []byte, proof string) bool {
	return hmac.Equal([]byte(r.proof(key)), []byte(proof))
}

// ParseToken takes a token apart; ok is false for what cannot be one. An order
// may hold points of its own, so it is read from the end.
func ParseToken(token string) (order string, count int, proof string, ok bool) {
	if len(token) > MaxReceipt {
		return "", 0, "", false
	}
	i := strings.LastIndexByte(token, '.')
	if i < 0 {
		return "", 0, "", false
	}
	token, proof = token[:i], token[i+1:]
	if i = strings.LastIndexByte(token, '.'); i < 0 {
		return "", 0, "", false
	}
	order, text := token[:i], token[i+1:]
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 || count > maxCount || strconv.Itoa(count) != text {
		return "", 0, "", false
	}
	return order, count, proof, true
}

const codes = 100_000_000

// Code is the code that says v of the receipt, CodeDigits digits. The two codes
// of a receipt are never the same.
func (r Receipt) Code(key []byte, v Verdict) string {
	paid := r.number(key, VerdictPaid)
	n := paid
	if v != VerdictPaid {
		n = apart(paid, r.number(key, v))
	}
	return fmt.Sprintf("%0*d", CodeDigits, n)
}

// apart is n, or the next code when n says paid already.
func apart(paid, n uint64) uint64 {
	if n == paid {
		return (n + 1) % codes
	}
	return n
}

func (r Receipt) number(key []byte, v Verdict) uint64 {
	return binary.BigEndian.Uint64(r.mac(key, "confirm "+string(v))) % codes
}
