package terminal

import (
	"fmt"
	"strconv"
	"strings"
)

// OrderID names one sale, everywhere: in the journal, at the backend and at
// the provider. It is the device's name, a dash and an eight-digit number that
// the journal counts: no clock and no randomness in it, so a sale that was
// written down but never answered is asked for again under the same name.
//
// The number's fixed width keeps the provider's signature unambiguous: it
// hashes order id, status code and amount with nothing between them.
type OrderID string

const orderDigits = 8

// MaxOrders is the highest order number a device can use.
const MaxOrders = 99_999_999

// DeviceName is the longest name of a device, in characters: with it an order
// id has 33, under the provider's limit of 50 and the 36 of an idempotency key.
const maxDeviceName = 24

// CheckDevice says what is wrong with a device's name: 1 to 24 letters, digits
// and - _ . ~ (what the provider allows in an order id), a letter or digit first.
func CheckDevice(name string) error {
	if name == "" || len(name) > maxDeviceName {
		return fmt.Errorf("device name %q: want 1 to %d characters", name, maxDeviceName)
	}
	for i, c := range []byte(name) {
		plain := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !plain && (i == 0 || !strings.ContainsRune("-_.~", rune(c))) {
			return fmt.Errorf("device name %q: character %q cannot be used there; letters, digits, - _ . ~, a letter or digit first", name, c)
		}
	}
	return nil
}

// MakeOrderID names the device's n-th order, 1 <= n <= MaxOrders.
func MakeOrderID(device string, n int64) OrderID {
	return OrderID(fmt.Sprintf("%s-%0*d", device, orderDigits, n))
}

// Number is the order's number on its device; ok is false when id is not an
// order id of that device.
func (id OrderID) Number(device string) (n int64, ok bool) {
	tail, found := strings.CutPrefix(string(id), device+"-")
	if !found || len(tail) != orderDigits {
		return 0, false
	}
	for _, c := range []byte(tail) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, _ = strconv.ParseInt(tail, 10, 64) // digits, and eight of them
	return n, n > 0
}

// split is the device's name and the number in an order id; ok is false for what
// is none.
func (id OrderID) split() (device string, n int64, ok bool) {
	cut := len(id) - orderDigits - 1
	if cut < 1 || id[cut] != '-' {
		return "", 0, false
	}
	device = string(id[:cut])
	n, ok = id.Number(device)
	return device, n, ok
}

// Short is the order as people say it: "#0042", the last digits that matter.
func (id OrderID) Short() string {
	i := strings.LastIndexByte(string(id), '-')
	n, err := strconv.ParseInt(string(id[i+1:]), 10, 64)
	if err != nil {
		return "#" + string(id)
	}
	return fmt.Sprintf("#%04d", n)
}
