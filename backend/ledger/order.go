package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Shape of an order id: a device name, a hyphen, and exactly orderDigits
// decimal digits. The provider signs order id, status code and amount glued
// together without a separator; because this shape ends a fixed number of
// digits after its last hyphen, and neither of the other two can hold a
// hyphen, the glued text can be cut in one way only.
const (
	maxDevice   = 24
	orderDigits = 8
)

// ParseOrder splits an order id into the device that made it and its number,
// 0..99999999, or says what is wrong with it.
func ParseOrder(id string) (device string, number int64, err error) {
	cut := len(id) - orderDigits - 1
	if cut < 1 || id[cut] != '-' {
		return "", 0, fmt.Errorf("order id %.40q: not a device name, a hyphen and %d digits", id, orderDigits)
	}
	for _, r := range id[cut+1:] {
		if r < '0' || r > '9' {
			return "", 0, fmt.Errorf("order id %.40q: does not end in %d digits", id, orderDigits)
		}
	}
	number, _ = strconv.ParseInt(id[cut+1:], 10, 64) // digits, and eight of them
	if !ValidDevice(id[:cut]) {
		return "", 0, fmt.Errorf("order id %.40q: bad device name", id)
	}
	return id[:cut], number, nil
}

// ValidDevice reports whether name may be a device's name: 1 to 24 of the
// characters an order id may hold, the first a letter or a digit.
func ValidDevice(name string) bool {
	if name == "" || len(name) > maxDevice {
		return false
	}
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("._~-", r)) {
			return false
		}
	}
	return true
}

// Mark is what this charge is recognised by at the provider: 36 characters in
// the form of a UUID, the same for the same order, amount and journal. It is
// sent as the charge call's Idempotency-Key, so that a call sent again within
// the provider's five minutes gives the first answer again, and it travels in
// the charge's metadata, so that a transaction found under our order id is
// known to be ours and not a leftover of an earlier life of that id.
func Mark(order string, amount int64, journal string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "kasir charge\x00%s\x00%d\x00%s", order, amount, journal))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x80 // version 8: made by us, not by chance
	b[8] = b[8]&0x3f | 0x80
	text := hex.AppendEncode(nil, b[:4])
	for _, part := range [][]byte{b[4:6], b[6:8], b[8:10], b[10:]} {
		text = hex.AppendEncode(append(text, '-'), part)
	}
	return string(text)
}
