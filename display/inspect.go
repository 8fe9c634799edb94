package display

import (
	"fmt"
	"strings"

	"kasir/terminal"
)

// inspectWords are what the glass says while a technician looks at the till.
type inspectWords struct {
	yes, no, again      string
	pattern             string
	keys, keysEnd       string
	sound, soundDo      string
	wait, waitDo        string
	good, bad           string // bad: %d
	is                  string // a part, and how it is
	shapes              [3]string
	parts               [terminal.Looks]string
	well, broken, doubt [terminal.Looks]string // well: %d, but the first three; broken: of LookKeys %s, of LookClock and LookDisk %d
}

var inspectIndonesian = inspectWords{
	yes: "ya", no: "tidak", again: "ulangi",
	pattern: "Semuanya utuh?",
	keys:    "TEKAN SEMUA TOMBOL", keysEnd: "15 detik tanpa tombol baru: lanjut sendiri.",
	sound: "SUARA", soundDo: "Terdengar dua bunyi yang berbeda?",
	wait: "MEMERIKSA…", waitDo: "Catatan, jam, server, dan kartu. Paling lama setengah menit.",
	good: "SEMUA BAIK", bad: "%d TIDAK BAIK", is: "%s: %s",
	shapes: [3]string{"belum tahu", "baik", "TIDAK BAIK"},
	parts:  [terminal.Looks]string{"Layar", "Tombol", "Suara", "Catatan", "Jam", "Server", "Kartu"},
	well: [terminal.Looks]string{"Gambarnya utuh.", "Semua tombol yang perlu terbaca.", "Kedua bunyi terdengar.",
		"%d baris utuh, dan kartu bisa ditulisi.", "Berbeda %d detik dari server.", "Menjawab dalam %d milidetik.", "Masih kosong %d MB."},
	broken: [terminal.Looks]string{"Cek kabel layar, lalu panel dan rotasi di berkas papan.", "Tidak terbaca: %s. Cek kabel tombol dan keys di berkas papan.",
		"Cek kabel pengeras suara, volume di menu (+), dan buzzer atau alsa di berkas papan.", "",
		"Berbeda %d menit dari server. Sambungkan ke internet: jam menyetel sendiri.", "", "Sisa %d MB. Ganti kartu dengan yang lebih besar."},
	doubt: [terminal.Looks]string{terminal.LookJournal: "Belum selesai dibaca. Ulangi saat sepi.",
		"Server belum menjawab: jam tidak bisa dibandingkan.", "Belum ada jawaban. Ulangi sebentar lagi.", "Kartu tidak bisa ditanya. Ulangi pemeriksaan."},
}

var inspectEnglish = inspectWords{
	yes: "yes", no: "no", again: "again",
	pattern: "Is all of it whole?",
	keys:    "PRESS ALL KEYS", keysEnd: "It goes on 15 seconds after the last new key.",
	sound: "SOUND", soundDo: "Did you hear two different sounds?",
	wait: "CHECKING…", waitDo: "Record, clock, server and card. Half a minute at most.",
	good: "ALL GOOD", bad: "%d NOT GOOD", is: "%s – %s",
	shapes: [3]string{"not known", "good", "NOT GOOD"},
	parts:  [terminal.Looks]string{"Glass", "Keys", "Speaker", "Record", "Clock", "Server", "Card"},
	well: [terminal.Looks]string{"The picture is whole.", "All keys that are needed were read.", "Both sounds were heard.",
		"%d rows are whole, and the card can be written.", "%d seconds off the server's.", "Answers within %d milliseconds.", "%d MB are free."},
	broken: [terminal.Looks]string{"Check the cable of the glass, then panel and rotation in the board file.", "Not read: %s. Check the keypad's cable and keys in the board file.",
		"Check the speaker's cable, the volume in the menu (+), and buzzer or alsa in the board file.", "",
		"%d minutes off the server's. Connect it to the internet: it sets itself.", "", "%d MB are left. Put in a larger card."},
	doubt: [terminal.Looks]string{terminal.LookJournal: "Not read to its end. Check again when the shop is quiet.",
		"No answer of the server to compare it with.", "No answer yet. Check again in a while.", "The card could not be asked. Check again."},
}

// keyCaps are the keys as they are printed.
func keyCaps(keys []terminal.Key) string {
	names := map[terminal.Key]string{terminal.KeyOK: "OK", terminal.KeyClear: "C", terminal.KeyBack: "B",
		terminal.KeyMenu: "M", terminal.KeyPlus: "+", terminal.KeyZeroZero: "00"}
	caps := make([]string, len(keys))
	for i, k := range keys {
		if caps[i] = names[k]; caps[i] == "" {
			caps[i] = string(rune(k))
		}
	}
	return strings.Join(caps, " ")
}

// inspection is a till being looked at part by part.
func inspection(s terminal.Inspection, w *words) page {
	i := &w.inspect
	yesNo := []hint{{"OK", i.yes}, {"C", i.no}}
	switch s.Step {
	case terminal.InspectGlass:
		return page{pattern: true, head: i.pattern, keys: yesNo}
	case terminal.InspectKeys:
		missing, _ := s.Pressed.Missing()
		return page{head: i.keys, big: bigSum, stress: keyCaps(missing), lines: []string{i.keysEnd}}
	case terminal.InspectSound:
		return page{head: i.sound, lines: []string{i.soundDo}, keys: append(yesNo, hint{"+", i.again})}
	case terminal.InspectWait:
		return page{icon: iconWait, head: i.wait, lines: []string{i.waitDo}, keys: []hint{{"C", w.keys.cancel}}}
	}
	if s.At > 0 {
		return lookedAt(s, s.At-1, w)
	}
	return allLooks(s, w)
}

// allLooks is all that was found, what is not good first: small glass has no room for
// all.
func allLooks(s terminal.Inspection, w *words) page {
	i, bad := &w.inspect, 0
	p := page{head: i.good, spareList: true, keys: []hint{{"1–7", w.day.details}, {"OK", w.keys.done}}}
	for _, is := range []terminal.Shape{terminal.ShapeBad, terminal.ShapeUnknown, terminal.ShapeGood} {
		for at, found := range s.Signs {
			if found.Is == is {
				p.list = append(p.list, choice{fmt.Sprint(at + 1), fmt.Sprintf(i.is, i.parts[at], i.shapes[is]), ""})
			}
		}
		if is == terminal.ShapeBad {
			bad = len(p.list)
		}
	}
	if bad > 0 {
		p.head = fmt.Sprintf(i.bad, bad)
	}
	return p
}

// lookedAt is what was found at one part, and what to do about it.
func lookedAt(s terminal.Inspection, at terminal.Look, w *words) page {
	i, found := &w.inspect, s.Signs[at]
	p := page{icon: iconQuestion, head: i.parts[at], lines: []string{i.doubt[at]},
		keys: []hint{{"OK", w.keys.home}, {"+", w.keys.following}}}
	switch found.Is {
	case terminal.ShapeGood:
		p.icon, p.lines[0] = iconCheck, i.well[at]
		if at >= terminal.LookJournal {
			p.lines[0] = fmt.Sprintf(i.well[at], max(found.Figure, -found.Figure))
		}
	case terminal.ShapeBad:
		p.icon, p.lines = iconBang, brokenPart(s, at, w)
	}
	return p
}

// brokenPart is what to do about one that is not good.
func brokenPart(s terminal.Inspection, at terminal.Look, w *words) []string {
	i, found := &w.inspect, s.Signs[at]
	switch at {
	case terminal.LookKeys:
		missing, _ := s.Pressed.Missing()
		return []string{fmt.Sprintf(i.broken[at], keyCaps(missing))}
	case terminal.LookJournal:
		what := max(found.What, terminal.FaultJournal)
		lines := []string{w.faults[what], w.faultDo}
		if do := w.faultDos[what]; do != "" {
			lines[1] = do
		}
		return lines
	case terminal.LookBackend:
		return []string{w.why(found.Why)}
	case terminal.LookClock:
		return []string{fmt.Sprintf(i.broken[at], max(found.Figure, -found.Figure)/60)}
	case terminal.LookDisk:
		return []string{fmt.Sprintf(i.broken[at], found.Figure)}
	}
	return []string{i.broken[at]}
}
