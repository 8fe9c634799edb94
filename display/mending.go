package display

import (
	"fmt"

	"kasir/terminal"
)

// mendWords are what the glass says about a damaged journal that a new one can
// follow.
type mendWords struct {
	do, begin         string // what to do, and the key for it
	sure              string
	read, lost, keeps string // what was read; that something was not; that the old one stays
	busy, busyDo      string
	failed            string
}

var mendIndonesian = mendWords{
	do: "Pemilik atau teknisi: OK untuk mulai catatan baru.", begin: "catatan baru",
	sure: "MULAI CATATAN BARU?", read: "Shift ini terbaca %d penjualan, %s.",
	lost: "Sebagian tidak terbaca: menyusul dari server.", keeps: "Catatan lama tetap disimpan.",
	busy: "MENYALIN CATATAN…", busyDo: "Jangan matikan alat ini.",
	failed: "Kartu menolak. Teknisi: pasang kartu baru, sisanya dari server.",
}

var mendEnglish = mendWords{
	do: "Owner or technician: OK to begin a new record.", begin: "new record",
	sure: "BEGIN A NEW RECORD?", read: "Of this shift %d sales were read, %s.",
	lost: "Some could not be read: the server tells them again.", keeps: "The old record is kept.",
	busy: "COPYING THE RECORD…", busyDo: "Do not switch this device off.",
	failed: "The card refused. Technician: put a new card in. The server has the rest.",
}

// mending is a till that has stopped, and how it can go on.
func mending(s terminal.Mending, w *words) page {
	m := &w.mend
	switch s.Step {
	case terminal.MendPIN:
		p := page{kicker: m.sure, head: w.day.pin, sum: dots(s.Typed), big: bigSum,
			keys: []hint{{"OK", w.day.goThere}, {"B", w.keys.back}, {"C", w.day.forget}}}
		if s.Wrong {
			p.label = w.day.wrongPin
		}
		if s.Wait {
			return page{mood: doubt, icon: iconClock, head: w.confirm.wait, lines: []string{w.day.pinWait}, keys: []hint{{"C", w.day.forget}}}
		}
		return p
	case terminal.MendSure:
		p := page{mood: doubt, icon: iconQuestion, head: m.sure, lines: []string{fmt.Sprintf(m.read, s.Sales, money(s.Taken))},
			keys: []hint{{"OK", m.begin}, {"C", w.day.forget}}}
		if s.Lost || s.Read == 0 {
			p.lines = append(p.lines, m.lost)
		}
		if s.Unsure > 0 {
			p.lines = append(p.lines, fmt.Sprintf(w.day.unsure, s.Unsure))
		}
		p.lines = append(p.lines, m.keeps)
		return p
	case terminal.MendBusy:
		return page{icon: iconWait, head: m.busy, lines: []string{m.busyDo}}
	}
	p := page{mood: bad, icon: iconStop, head: w.fault, lines: []string{w.faults[terminal.FaultDamaged], m.do}, keys: []hint{{"OK", m.begin}}}
	if s.Step == terminal.MendFailed {
		p.lines = []string{m.failed}
	}
	return p
}
