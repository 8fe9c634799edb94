package display

import (
	"cmp"
	"fmt"

	"kasir/terminal"
)

// updateWords are what the glass says of updates. By terminal.UpdatePhase: what
// there is in a word or two, what happens next, and what OK does; of the lines
// those that name the update have %s.
type updateWords struct {
	runs, unknown string // runs: %s
	heads         [9]string
	lines         [9]string
	look, install string
	start         string
	later         string // what happens without OK
	asked, busy   string
}

var updateIndonesian = updateWords{
	runs: "Sekarang: %s", unknown: "belum diketahui",
	heads: [9]string{"MENCARI…", "TANPA UPDATE", "SUDAH TERBARU", "BELUM TAHU", "MENGUNDUH…", "ADA VERSI BARU", "MEMASANG…", "SIAP DIPAKAI", "DITOLAK"},
	lines: [9]string{"Bertanya ke server.", "Alat ini diupdate dengan cara lain: lihat petunjuk pemasangan.", "Server tidak punya yang lebih baru.",
		"Cek sambungan, lalu OK. Stik USB dengan update juga bisa.", "%s diambil saat tidak ada penjualan.", "%s sudah ada di alat ini.",
		"%s dipasang. Jualan boleh jalan, jangan matikan alat.", "%s mulai dipakai setelah alat mulai lagi.", "Update terakhir tidak cocok atau tidak sehat. Yang lama tetap jalan."},
	look: "cari lagi", install: "pasang", start: "mulai lagi", later: "Tanpa OK: sendiri, saat toko sepi.",
	asked: "Sebentar lagi alat mulai lagi sendiri.", busy: "Masih ada uang yang belum pasti atau belum terkirim.",
}

var updateEnglish = updateWords{
	runs: "It runs %s", unknown: "an unknown version",
	heads: [9]string{"LOOKING…", "NO UPDATES", "UP TO DATE", "NOT KNOWN", "LOADING…", "NEW VERSION", "INSTALLING…", "READY TO START", "REFUSED"},
	lines: [9]string{"Asking the server.", "This device is updated in another way: see how it was installed.", "The server has nothing newer.",
		"Check the connection, then OK. A USB stick with the update will do, too.", "%s is fetched while no sale is open.", "%s is on this device.",
		"%s is being installed. Selling may go on. Do not switch off.", "%s runs from the next start on.", "The last update did not fit or was not well. The old one runs on."},
	look: "look again", install: "install", start: "restart", later: "Without OK: by itself, when the shop is quiet.",
	asked: "The device will restart by itself soon.", busy: "There is money that is not sure or not sent yet.",
}

// updates says which version runs, and what there is.
func updates(s terminal.Updates, w *words) page {
	u, at := &w.update, min(int(s.News.Phase), len(w.update.heads)-1)
	p := page{kicker: fmt.Sprintf(u.runs, cmp.Or(s.News.Runs, u.unknown)), head: u.heads[at], lines: []string{u.lines[at]},
		icon: iconWait, keys: []hint{{"C", w.keys.home}}}
	does := ""
	switch s.News.Phase {
	case terminal.UpdateLoading, terminal.UpdateInstalling:
		p.lines[0] = fmt.Sprintf(u.lines[at], s.News.Version)
	case terminal.UpdateLoaded, terminal.UpdateInstalled:
		p.icon, p.lines[0], does = iconBang, fmt.Sprintf(u.lines[at], s.News.Version), u.install
		if s.News.Phase == terminal.UpdateInstalled {
			does = u.start
		}
	case terminal.UpdateNone:
		p.icon, does = iconCheck, u.look
	case terminal.UpdateUnreached:
		p.icon, p.lines, does = iconLink, []string{w.why(s.News.Why), p.lines[0]}, u.look
	case terminal.UpdateRefused:
		p.icon, does = iconCross, u.look
	case terminal.UpdateNever:
		p.icon = iconStop
	}
	switch {
	case s.Asked:
		p.icon, p.lines = iconWait, append(p.lines, u.asked)
	case s.Busy && does != "":
		p.label = u.busy
	case does != "":
		p.keys = append([]hint{{"OK", does}}, p.keys...)
		if does != u.look {
			p.lines = append(p.lines, u.later)
		}
	}
	return p
}
