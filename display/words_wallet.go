package display

import "kasir/terminal"

// walletWords are what the glass says of linked wallets.
type walletWords struct {
	menuLink, menuUnlink        string
	menuCharge, menuChargeShort string

	purposes             map[terminal.Purpose]string
	number, dialDo       string
	badNumber            string
	finding, slow        string
	linking, linkingDo   string
	linkingShort         string
	scanLink, scanPIN    string
	stale                string
	linked, linkedDo     string
	left, leftDo         string
	unlinkAsk            string
	unlinkAskDo          string
	unlinkYes            string
	unlinking            string
	unlinkingDo          string
	unlinked, unlinkedDo string
	refused              map[terminal.Purpose]string
	codes                map[string]string
	nothing, notCharged  string // notCharged: %s
	charging, chargingDo string // instead of making a code
	charge               string // the key that goes on from an amount
	endedDo, expiredDo   string // after a linked charge
	pinDoubt             string
}

var walletIndonesian = walletWords{
	menuLink: "Hubungkan GoPay", menuCharge: "Tagih pelanggan terhubung", menuChargeShort: "Tagih terhubung", menuUnlink: "Putuskan GoPay",
	purposes: map[terminal.Purpose]string{
		terminal.ForLink: "Hubungkan GoPay", terminal.ForCharge: "Tagih pelanggan terhubung", terminal.ForUnlink: "Putuskan GoPay",
	},
	number: "NOMOR HP", dialDo: "Ketik nomor HP GoPay pelanggan, lalu OK.",
	badNumber: "Nomornya terlalu pendek atau terlalu panjang.",
	finding:   "MENCARI…", slow: "Jaringan lambat. Masih dicoba.",
	linking: "MENGHUBUNGKAN…", linkingShort: "HUBUNGKAN…", linkingDo: "Sebentar, menunggu jawaban GoPay.",
	scanLink: "Pelanggan: scan, lalu setujui di GoPay", scanPIN: "Pelanggan: scan, lalu isi PIN GoPay",
	stale:  "TERPUTUS. Halaman ini tetap bisa dipakai.",
	linked: "TERHUBUNG", linkedDo: "Mulai sekarang bisa ditagih lewat nomor HP.",
	left: "TIDAK DITUNGGU", leftDo: "Kalau pelanggan tetap menyetujui, nomornya akan terhubung.",
	unlinkAsk: "PUTUSKAN?", unlinkAskDo: "Setelah itu nomor ini tidak bisa ditagih lagi.", unlinkYes: "putuskan",
	unlinking: "MEMUTUSKAN…", unlinkingDo: "Belum putus. Diteruskan sendiri kalau ditinggal.",
	unlinked: "SUDAH DIPUTUS", unlinkedDo: "Nomor ini tidak bisa ditagih lagi.",
	refused: map[terminal.Purpose]string{
		terminal.ForLink: "TIDAK TERHUBUNG", terminal.ForCharge: "TIDAK DITAGIH", terminal.ForUnlink: "TIDAK DIPUTUSKAN",
	},
	codes: map[string]string{
		"no_wallet":            "Nomor ini tidak punya GoPay. Periksa nomornya.",
		"wallet_blocked":       "GoPay nomor ini diblokir. Pelanggan perlu menghubungi GoPay.",
		"not_linked":           "Nomor ini belum terhubung. Hubungkan dulu: M, lalu 4.",
		"unverified":           "PIN tidak diisi atau salah.",
		"insufficient_balance": "Saldo GoPay tidak cukup.",
		terminal.CodePhone:     "Itu bukan nomor HP. Periksa nomornya.",
		terminal.CodeExpired:   "Waktunya habis dan belum disetujui. Boleh coba lagi.",
		terminal.CodeForgot:    "Listrik sempat padam. Mulai lagi dari nomor HP.",
	},
	nothing: "Tidak ada yang ditagih.", notCharged: "%s belum ditagih.",
	charging: "MENAGIH…", chargingDo: "Sebentar, jangan tagih ulang.", charge: "nomor HP",
	endedDo:   "GoPay tidak ditagih. Boleh tagih lagi.",
	expiredDo: "PIN tidak diisi sampai waktunya habis. Boleh tagih lagi.",
	pinDoubt:  "Waktu untuk PIN habis, hasilnya belum diketahui.",
}

var walletEnglish = walletWords{
	menuLink: "Link GoPay", menuCharge: "Charge a linked customer", menuChargeShort: "Charge linked", menuUnlink: "Unlink GoPay",
	purposes: map[terminal.Purpose]string{
		terminal.ForLink: "Link GoPay", terminal.ForCharge: "Charge a linked customer", terminal.ForUnlink: "Unlink GoPay",
	},
	number: "PHONE NUMBER", dialDo: "Key in the customer's GoPay number, then OK.",
	badNumber: "The number is too short or too long.",
	finding:   "LOOKING…", slow: "Slow network. Still trying.",
	linking: "LINKING…", linkingShort: "LINK…", linkingDo: "One moment, waiting for GoPay's answer.",
	scanLink: "Customer: scan, then agree in GoPay", scanPIN: "Customer: scan, then enter the GoPay PIN",
	stale:  "OFFLINE. This page can still be used.",
	linked: "LINKED", linkedDo: "It can be charged by phone number from now on.",
	left: "NOT WAITING", leftDo: "If the customer agrees after all, the number will be linked.",
	unlinkAsk: "UNLINK?", unlinkAskDo: "After that this number cannot be charged any more.", unlinkYes: "unlink",
	unlinking: "UNLINKING…", unlinkingDo: "Not unlinked yet. It goes on by itself when you leave.",
	unlinked: "UNLINKED", unlinkedDo: "This number cannot be charged any more.",
	refused: map[terminal.Purpose]string{
		terminal.ForLink: "NOT LINKED", terminal.ForCharge: "NOT CHARGED", terminal.ForUnlink: "NOT UNLINKED",
	},
	codes: map[string]string{
		"no_wallet":            "This number has no GoPay. Check the number.",
		"wallet_blocked":       "This number's GoPay is blocked. The customer must call GoPay.",
		"not_linked":           "This number is not linked yet. Link it first: M, then 4.",
		"unverified":           "The PIN was not entered, or wrong.",
		"insufficient_balance": "Not enough money in the GoPay wallet.",
		terminal.CodePhone:     "That is no phone number. Check it.",
		terminal.CodeExpired:   "Time is up and nobody agreed. You may try again.",
		terminal.CodeForgot:    "The power was cut. Start again with the phone number.",
	},
	nothing: "Nothing was charged.", notCharged: "%s was not charged.",
	charging: "CHARGING…", chargingDo: "One moment, do not charge again.", charge: "phone number",
	endedDo:   "The GoPay wallet was not charged. You may charge again.",
	expiredDo: "The PIN was not entered in time. You may charge again.",
	pinDoubt:  "The time for the PIN is up, the outcome is not known.",
}
