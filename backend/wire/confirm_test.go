package wire

import (
	"strings"
	"testing"
)

var receipt = Receipt{Device: "KASIR", Order: "KASIR-00000042", Amount: 25_000, Count: 3}

var confirmKey = []byte("0123456789abcdef0123456789abcdef")

// TestReceiptWords: links and codes are a promise between releases; a device
// in the field makes and reads these.
func TestReceiptWords(t *testing.T) {
	for _, c := range []struct{ what, got, want string }{
		{"token", receipt.Token(confirmKey), "KASIR-00000042.3.3gbWuiF0bKZ5"},
		{"paid", receipt.Code(confirmKey, VerdictPaid), "98732528"},
		{"unpaid", receipt.Code(confirmKey, VerdictUnpaid), "28916251"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestToken(t *testing.T) {
	for _, order := range []string{"KASIR-00000042", "a.b~c_d-00000001", "x.1.y-99999999", strings.Repeat("d", MaxDeviceID) + "-00000001"} {
		r := Receipt{Device: order[:len(order)-OrderDigits-1], Order: order, Amount: MaxAmount, Count: 99}
		token := r.Token(confirmKey)
		got, count, proof, ok := ParseToken(token)
		if !ok || got != order || count != r.Count || !r.Proves(confirmKey, proof) {
			t.Errorf("%s reads as %q, %d, %q, %v", token, got, count, proof, ok)
		}
		for i, change := range []func(*Receipt){
			func(r *Receipt) { r.Device += "x" }, func(r *Receipt) { r.Order += "0" },
			func(r *Receipt) { r.Amount-- }, func(r *Receipt) { r.Count++ },
		} {
			other := r
			change(&other)
			if other.Proves(confirmKey, proof) {
				t.Errorf("%s is a proof of %+v (change %d)", token, other, i)
			}
			for _, v := range []Verdict{VerdictPaid, VerdictUnpaid} {
				if other.Code(confirmKey, v) == r.Code(confirmKey, v) {
					t.Errorf("%+v and %+v have one code", r, other)
				}
			}
		}
		if r.Proves(confirmKey[1:], proof) {
			t.Error("another key proves it too")
		}
	}
}

func TestNoToken(t *testing.T) {
	for _, token := range []string{"", "x", ".", "..", "a.b", "K-00000001.0.p", "K-00000001.-1.p", "K-00000001.01.p", "K-00000001.+1.p",
		"K-00000001.10000.p", "K-00000001.x.p", "K-00000001.99999999999999999999.p", strings.Repeat("a", MaxReceipt) + ".1.p"} {
		if order, count, _, ok := ParseToken(token); ok {
			t.Errorf("%q reads as %q, %d", token, order, count)
		}
	}
}

func TestCodesAreApart(t *testing.T) {
	for _, c := range []struct{ paid, n, want uint64 }{{1, 2, 2}, {7, 7, 8}, {codes - 1, codes - 1, 0}} {
		if got := apart(c.paid, c.n); got != c.want {
			t.Errorf("apart(%d, %d) = %d, want %d", c.paid, c.n, got, c.want)
		}
	}
}
