package display

import "kasir/terminal"

// enrolWords are what the glass says until the backend knows this till.
type enrolWords struct {
	head, do     string
	kicker       string // while a code is keyed
	busy, busyDo string
	refusals     [7]string // by terminal.EnrolRefusal; none for the first
}

var enrolIndonesian = enrolWords{
	head: "BELUM TERDAFTAR", do: "Ketik kode 12 angka dari server toko, lalu OK.",
	kicker: "Kode pendaftaran",
	busy:   "MENDAFTAR…", busyDo: "Menghubungi server toko. Tunggu sebentar.",
	refusals: [7]string{"", "Salah ketik: periksa angkanya.", "Kode salah atau sudah lewat waktunya: minta kode baru.",
		"Kode sudah dipakai alat lain: minta kode baru.", "Terlalu banyak kode salah: tunggu satu menit.",
		"Bukan server toko yang menjawab: periksa jaringan.", "Sertifikat alat ini dicabut: minta kode baru."},
}

var enrolEnglish = enrolWords{
	head: "NOT ENROLLED", do: "Key the 12-digit code from the shop's server, then OK.",
	kicker: "Enrolment code",
	busy:   "ENROLLING…", busyDo: "Asking the shop's server. One moment.",
	refusals: [7]string{"", "A slip: check the digits.", "The code is wrong or too old: ask for a new one.",
		"Another device used this code: ask for a new one.", "Too many wrong codes: wait a minute.",
		"Who answers is not the shop's server: check the network.", "This device's certificate was taken back: ask for a new code."},
}

// enrolling is a till that nobody knows: what to do, or what was keyed so far.
func enrolling(s terminal.Enrolling, v terminal.View, w *words) page {
	e := &w.enrolment
	p := page{kicker: v.Strip.Device, keys: []hint{{"0–9", w.confirm.key}}}
	say := e.refusals[s.Refusal]
	if s.Trouble != terminal.NoTrouble {
		say = w.why(s.Trouble)
	}
	switch {
	case s.Busy:
		p.icon, p.head, p.lines, p.keys = iconWait, e.busy, []string{e.busyDo}, nil
		if s.Trouble != terminal.NoTrouble {
			p.lines = []string{say}
		}
	case s.Digits != "" && s.Refusal <= terminal.EnrolSlip:
		p.kicker, p.sum, p.big = e.kicker, quarters(s.Digits), bigSum
		p.keys = []hint{{"OK", w.keys.check}, {"B", w.keys.back}, {"C", w.keys.clear}}
		p.label = say
	case say != "":
		p.mood, p.icon, p.head, p.lines = doubt, iconBang, e.head, []string{say, e.do}
	default:
		p.head, p.lines = e.head, []string{e.do}
	}
	return p
}

// quarters writes a code in groups of four, with a place for each digit that is
// still to come.
func quarters(code string) string {
	const places = "____________"
	code += places[min(len(code), len(places)):]
	return code[:4] + "\u00a0" + code[4:8] + "\u00a0" + code[8:]
}
