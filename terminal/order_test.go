package terminal

import (
	"fmt"
	"strings"
	"testing"
)

func TestCheckDevice(t *testing.T) {
	for _, name := range []string{"a", "toko-1", "Kasir_2.b~", strings.Repeat("x", 24)} {
		if err := CheckDevice(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", "-a", ".a", "toko 1", "toko/1", "töko", strings.Repeat("x", 25)} {
		if err := CheckDevice(name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestOrderID(t *testing.T) {
	id := MakeOrderID("toko-1", 417)
	if id != "toko-1-00000417" || id.Short() != "#0417" {
		t.Errorf("id = %s, short = %s", id, id.Short())
	}
	if n, ok := id.Number("toko-1"); n != 417 || !ok {
		t.Errorf("number = %d, %v", n, ok)
	}
	for _, bad := range []OrderID{"toko-1-0000041", "toko-1-0000417x", "toko-10-00000417", "toko-1-00000000", "", "toko-1"} {
		if n, ok := bad.Number("toko-1"); ok {
			t.Errorf("%q is order %d", bad, n)
		}
	}
	if got := OrderID("x").Short(); got != "#x" {
		t.Errorf("short = %s", got)
	}
}

// The provider signs order id, status code and amount with nothing between
// them. Of all ways to cut such a string only one is an order id of ours.
func TestOrderIDsKeepTheSignatureUnambiguous(t *testing.T) {
	for _, device := range []string{"toko-1", "1", "a-1-2", "x201"} {
		s := string(MakeOrderID(device, 42)) + "201" + "200100.00"
		var cuts []string
		for i := 1; i < len(s); i++ {
			dash := strings.LastIndexByte(s[:i], '-')
			if dash > 0 && CheckDevice(s[:dash]) == nil {
				if _, ok := OrderID(s[:i]).Number(s[:dash]); ok {
					cuts = append(cuts, s[:i])
				}
			}
		}
		// What follows has no dash, so the last dash fixes the cut.
		if len(cuts) == 0 || cuts[len(cuts)-1] != fmt.Sprintf("%s-00000042", device) {
			t.Errorf("%s can be cut as %q", s, cuts)
		}
		for _, c := range cuts[:len(cuts)-1] {
			if !strings.Contains(s[len(c):], "-") {
				t.Errorf("%s can also be cut as %q", s, c)
			}
		}
	}
}

func TestRupiahString(t *testing.T) {
	for r, want := range map[Rupiah]string{0: "Rp 0", 7: "Rp 7", 999: "Rp 999", 1000: "Rp 1.000", 25_000: "Rp 25.000", 1_250_000: "Rp 1.250.000", 10_000_000: "Rp 10.000.000", -500: "-Rp 500", -1500: "-Rp 1.500"} {
		if got := r.String(); got != want {
			t.Errorf("%d = %q, want %q", int64(r), got, want)
		}
	}
}
