package terminal

import (
	"fmt"
	"strings"
	"testing"
)

var saleReceipt = receipt{device, id(42), 25_000, 3}

// Of all the codes there are, one says paid and one says unpaid.
func TestEveryCode(t *testing.T) {
	a := saleReceipt.answers(testConfirm.Key)
	var paid, unpaid int
	for n := range uint32(codes) {
		switch a.says(n) {
		case verdictPaid:
			paid++
		case verdictUnpaid:
			unpaid++
		}
	}
	if paid != 1 || unpaid != 1 {
		t.Errorf("%d codes say paid and %d unpaid, want one each", paid, unpaid)
	}
}

func TestCodesAreApart(t *testing.T) {
	for _, c := range []struct{ paid, unpaid, want uint32 }{{1, 2, 2}, {7, 7, 8}, {codes - 1, codes - 1, 0}} {
		if got := apart(c.paid, c.unpaid); got.paid != c.paid || got.unpaid != c.want {
			t.Errorf("apart(%d, %d) = %+v, want unpaid %d", c.paid, c.unpaid, got, c.want)
		}
	}
}

// A code of another order, amount, device, showing or key says nothing here.
// One in fifty million does by chance; the receipts below are not among them.
func TestCodesOfOthersSayNothing(t *testing.T) {
	own := codeOf(saleReceipt, verdictPaid)
	if got := saleReceipt.judge(testConfirm.Key, own); got != verdictPaid {
		t.Fatalf("its own code says %q", got)
	}
	tries := 0
	try := func(r receipt, k ConfirmKey) {
		tries++
		if r == saleReceipt && k == testConfirm.Key {
			return
		}
		a := r.answers(k)
		for _, n := range []uint32{a.paid, a.unpaid} {
			if got := saleReceipt.judge(testConfirm.Key, fmt.Sprintf("%08d", n)); got != noVerdict {
				t.Errorf("the code of %+v says %q", r, got)
			}
		}
	}
	for n := range int64(500) {
		r := saleReceipt
		r.order = id(n + 1)
		try(r, testConfirm.Key)
		r = saleReceipt
		r.amount = Rupiah(24_750 + n)
		try(r, testConfirm.Key)
		r = saleReceipt
		r.count = int(n)
		try(r, testConfirm.Key)
		r = saleReceipt
		r.device = fmt.Sprintf("toko-%d", n+2)
		try(r, testConfirm.Key)
		k := testConfirm.Key
		k[n%32] ^= byte(n/32 + 1)
		try(saleReceipt, k)
	}
	if tries != 2500 {
		t.Errorf("%d receipts tried", tries)
	}
}

// What is not eight digits is no code, whatever number it is.
func TestNoCode(t *testing.T) {
	code := codeOf(saleReceipt, verdictPaid)
	for _, keyed := range []string{"", code[:7], code + "0", "0" + code, "+" + code[1:], "-" + code[1:], " " + code[1:], "1234567x", "99999999999999999999"} {
		if got := saleReceipt.judge(testConfirm.Key, keyed); got != noVerdict {
			t.Errorf("%q says %q", keyed, got)
		}
	}
}

// The link is plain, short enough for small glass, and not the code.
func TestReceiptLink(t *testing.T) {
	long := receipt{strings.Repeat("d", maxDeviceName), MakeOrderID(strings.Repeat("d", maxDeviceName), MaxOrders), MaxCharge, maxShown}
	link := long.link(Confirm{testConfirm.Key, "https://pembayaran.toko-sebelah.example/kasir"})
	if len(link) > maxReceipt || AttestPage(link, false) != NoMismatch {
		t.Errorf("%s has %d characters", link, len(link))
	}
	if a, b := saleReceipt.link(testConfirm), (receipt{device, id(42), 25_001, 3}).link(testConfirm); a == b {
		t.Error("the link does not depend on the amount")
	}
}

// Whatever is printed, the key is not in it.
func TestKeyIsNotPrinted(t *testing.T) {
	k := ConfirmKey{0xab, 0xcd}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, v := range []any{k, Confirm{Key: k}, Greeted{Confirm: Confirm{Key: k}}, Config{Confirm: Confirm{Key: k}}} {
			if text := fmt.Sprintf(format, v); !strings.Contains(text, "secret") || strings.Contains(text, "171") || strings.Contains(text, "0xab") {
				t.Errorf("%s of %T: %s", format, v, text)
			}
		}
	}
}

// TestSlips: a receipt is printed when somebody asks for it, of what is paid and
// nothing else; a till without a printer refuses.
func TestSlips(t *testing.T) {
	s := greetedTill(t)
	s.step(Greeted{Next: 1, Confirm: testConfirm})
	s.Config.Printer = true
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	if s.keys("+"); len(s.owed.Slips) != 0 {
		t.Fatalf("a slip of what is not paid: %+v", s.owed.Slips)
	}
	s.step(settled(1, 25_000))
	if s.keys("+"); len(s.owed.Slips) != 0 {
		t.Error("a key that was meant for the code prints")
	}
	s.wait(settleGuard)
	s.keys("+")
	want := Slip{Merchant: "Warung Bu Tini", Device: device, Order: id(1), Amount: 25_000, At: s.moment().Wall, URL: s.receiptOf(id(1))}
	if len(s.owed.Slips) != 1 || s.owed.Slips[0] != want || want.URL == "" {
		t.Errorf("slips %+v, want %+v", s.owed.Slips, want)
	}
	s.want("thanks") // and nothing is acknowledged by that
	s.keys("\n" + "m7z+")
	want.Copy, want.At = true, s.owed.Slips[0].At
	if s.owed.Slips[0] != want || !want.At.IsZero() {
		t.Errorf("a copy %+v, want %+v", s.owed.Slips[0], want)
	}
	s.want("receipt")
	s.step(Ailing{PartPrinter, true})
	if !s.View().Strip.NoPaper || s.owed.Sound.Tone != ToneAlarm {
		t.Errorf("a printer without paper: %+v", s.View().Strip)
	}
	s.step(Ailing{PartPrinter, false})
	s.Config.Printer = false
	s.keys("+")
	s.want("sales")
}
