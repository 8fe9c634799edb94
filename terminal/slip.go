package terminal

import "time"

// Slip is the receipt of a sale that is paid, for paper.
type Slip struct {
	Lang     Lang
	Merchant string
	Device   string
	Order    OrderID
	Amount   Rupiah
	At       time.Time // by this device's clock, which may never have been set; zero for a copy
	URL      string    // of its page at the backend; "" for none
	Copy     bool      // it was not printed when it was paid, but looked up
}

// Printer is where slips become paper. Print must not block.
type Printer interface {
	Print(Slip)
}

// print asks for the slip of a paid sale; there must be a printer. It comes after
// the records of its step, as every word on a sale does.
func (t *turn) print(id OrderID, amount Rupiah, again bool) {
	if !t.Config.Printer {
		t.sound(ToneRefuse, 0)
		return
	}
	s := Slip{Lang: t.lang, Merchant: t.Config.Merchant, Device: t.Config.Device, Order: id, Amount: amount, URL: t.receiptOf(id), Copy: again}
	if !again {
		s.At = t.now.Wall
	}
	t.owed.Slips = append(t.owed.Slips, s)
	t.sound(ToneKey, 0)
}
