package display

import (
	"fmt"

	"kasir/terminal"
)

// confirmWords are what the glass says while a customer's phone is asked.
type confirmWords struct {
	key          string // what KeyPlus does where it helps
	scan         string
	kicker       string
	wrong, last  string // wrong: %d
	wait, waitDo string
	over, overDo string
}

var confirmIndonesian = confirmWords{
	key:    "kode",
	scan:   "Pelanggan: scan, lalu sebutkan kodenya",
	kicker: "Kode dari HP pelanggan",
	wrong:  "Kode salah. Sisa %d kali.", last: "Kode salah. Tinggal sekali.",
	wait: "TUNGGU", waitDo: "Terlalu banyak kode salah. Jangan serahkan barang.",
	over: "KODE TIDAK DITERIMA", overDo: "Terlalu banyak kode salah. Tunggu jaringan kembali.",
}

var confirmEnglish = confirmWords{
	key:    "code",
	scan:   "Customer: scan, then say the code",
	kicker: "Code from the customer's phone",
	wrong:  "Wrong code. %d tries left.", last: "Wrong code. One try left.",
	wait: "WAIT", waitDo: "Too many wrong codes. Do not hand over the goods.",
	over: "NO MORE CODES", overDo: "Too many wrong codes. Wait for the network to return.",
}

// confirming is the receipt link until somebody keys, and then what is keyed:
// by then the customer has it on the phone.
func confirming(s terminal.Confirming, w *words) page {
	p := page{kicker: s.Payer.Masked, sum: money(s.Amount), order: s.Order.Short(), keys: []hint{{"C", w.keys.home}}}
	switch {
	case linked(s):
		p.keys = []hint{{"0–9", w.confirm.key}, {"C", w.keys.home}}
		p.code = &offer{wordy: true, qr: s.URL, scan: w.confirm.scan}
	case s.Wait > 0:
		p.mood, p.icon, p.head, p.lines = doubt, iconClock, w.confirm.wait, []string{w.confirm.waitDo, w.left(s.Wait)}
	case s.Tries == 0:
		p.mood, p.icon, p.head, p.lines = doubt, iconStop, w.confirm.over, []string{w.confirm.overDo}
	default:
		// Without the order's number: one row of digits is enough.
		p.kicker, p.head, p.sum, p.big, p.order = w.confirm.kicker, p.sum, halves(s.Code), bigSum, ""
		p.keys = []hint{{"OK", w.keys.check}, {"B", w.keys.back}, {"C", w.keys.clear}}
		switch {
		case s.Refusal == terminal.RefuseCode && s.Tries == 1:
			p.label = w.confirm.last
		case s.Refusal == terminal.RefuseCode:
			p.label = fmt.Sprintf(w.confirm.wrong, s.Tries)
		}
	}
	return p
}

// linked reports whether the link itself is what there is to be seen.
func linked(s terminal.Confirming) bool {
	return s.Code == "" && s.Refusal == terminal.NoRefusal && s.Wait == 0 && s.Tries > 0
}

// halves writes a code as it is read to another: four digits and four, and a
// place for each that is still to come.
func halves(code string) string {
	const places = "________"
	code += places[min(len(code), len(places)):]
	return code[:4] + "\u00a0" + code[4:]
}

// confirmHint adds the key to a page on which it helps.
func confirmHint(p page, helps bool, w *words) page {
	if helps {
		p.keys = append(p.keys, hint{"+", w.confirm.key})
	}
	return p
}
