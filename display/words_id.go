package display

import "kasir/terminal"

var indonesian = words{
	sandbox:      "SANDBOX — BUKAN UANG SUNGGUHAN",
	sandboxShort: "SANDBOX",
	rule:         "Tanpa LUNAS di alat ini = belum bayar.",
	offline:      "TERPUTUS",
	noKeypad:     "KEYPAD LEPAS",
	noKeypadDo:   "Keypad tidak terbaca: pasang lagi kabelnya.",
	noGlass:      "LAYAR BERMASALAH",
	noPaper:      "PRINTER MATI",
	trouble: map[terminal.Trouble]string{
		terminal.TroubleCable:    "Wi-Fi atau kabel lepas: pasang lagi, atau nyalakan router.",
		terminal.TroubleNetwork:  "Tidak ada internet ke server toko: periksa Wi-Fi, router atau kuota.",
		terminal.TroubleTimeout:  "Server toko tidak menjawab.",
		terminal.TroubleBackend:  "Server toko sedang terganggu.",
		terminal.TroubleRefused:  "Server tidak mengenal alat ini: hubungi pemilik.",
		terminal.TroubleHeld:     "Kasir ini DIKARANTINA: jangan jualan, hubungi pemilik.",
		terminal.TroubleNonsense: "Jawaban bukan dari server toko: Wi-Fi minta login, atau alamat salah.",
		terminal.TroubleProvider: "Penyedia pembayaran tidak menjawab; server toko tetap bertanya.",
	},
	offs: map[terminal.Trouble]string{
		terminal.TroubleCable: "TANPA JARINGAN", terminal.TroubleNetwork: "TANPA INTERNET", terminal.TroubleTimeout: "SERVER DIAM",
		terminal.TroubleBackend: "SERVER SIBUK", terminal.TroubleRefused: "TAK DIKENAL", terminal.TroubleHeld: "DIKARANTINA",
		terminal.TroubleNonsense: "BUKAN SERVER", terminal.TroubleProvider: "PENYEDIA DIAM",
	},
	unsent: "%d belum terkirim.",
	works:  "Menyambung lagi sendiri. QR baru menunggu itu; penjualan dan total tetap bisa: M.",

	ready:       "SIAP",
	readyDo:     "Ketik jumlah, lalu OK.",
	readyUnsure: "%d penjualan belum pasti: tekan M, lalu 1.",

	amount:     "Jumlah",
	item:       "Barang ke-%d",
	total:      "Total %s (%d\u00a0barang)",
	totalShort: "Total %s",
	zero:       "Jumlahnya masih nol. Ketik dulu.",
	tooMuch:    "Paling banyak %s sekali bayar.",
	tooLittle:  "Paling sedikit %s sekali bayar.",
	advice:     "Bayar dengan QRIS",
	adviceDo:   "Kasir: ketik jumlah untuk mulai.",
	tooManyDo:  "Terlalu banyak yang belum pasti. Tekan C, M, lalu 1.",

	making:   "MEMBUAT QR…",
	makingDo: "Sebentar, jangan ketik ulang.",
	reaching: "Menghubungi server toko…",
	slow:     "Jaringan lambat. Masih dicoba; jangan ketik ulang.",

	scan:       "Scan untuk bayar",
	minutes:    "Sisa %d\u00a0menit",
	clock:      "Sisa %d:%02d",
	stale:      "TERPUTUS. QR tetap bisa dibayar; tunggu LUNAS.",
	staleShort: "TERPUTUS: tunggu LUNAS",

	cancelling:   "MEMBATALKAN…",
	cancellingDo: "Belum batal. Tunggu jawabannya, jangan tagih ulang.",

	paid:       "LUNAS",
	paidDo:     "Uang sudah diterima. Terima kasih.",
	paidCancel: "Dibayar tepat sebelum dibatalkan. Uang sudah diterima.",

	cancelled:   "BATAL",
	cancelledDo: "QR ini sudah tidak bisa dibayar. Boleh tagih lagi.",
	expired:     "KEDALUWARSA",
	expiredDo:   "Waktunya habis dan belum dibayar. Boleh tagih lagi.",

	denied:      "DITOLAK",
	deniedRetry: "Boleh dicoba lagi.",
	deniedNo:    "Mencoba lagi tidak membantu.",
	reasons: map[string]string{
		"provider_busy": "Penyedia pembayaran sedang sibuk.",
		"rejected":      "Penyedia pembayaran menolak tagihan ini.",
		"channel_off":   "QRIS belum aktif untuk toko ini: hubungi pemilik.",
		"server_key":    "Kunci server toko ditolak: hubungi pemilik.",
		"invalid":       "Penyedia tidak menerima data tagihan: hubungi pemilik.",
		"rate_limit":    "Terlalu banyak permintaan. Tunggu satu menit.",
		"duplicate":     "Nomor pesanan ini sudah pernah dipakai.",
		"fraud":         "Ditahan pemeriksa penipuan. Jangan serahkan barang.",
	},

	noLink:   "TIDAK TERSAMBUNG",
	noLinkDo: "QR belum tampil, jadi belum ada yang bisa bayar.",

	unsure:     "BELUM PASTI",
	dontCharge: "JANGAN TAGIH ULANG",
	notShown:   "QR BELUM PERNAH TAMPIL",
	notShownDo: "Tidak mungkin sudah dibayar. Tekan C untuk lanjut.",
	doubts: [4]string{"Waktu QR habis, hasilnya belum diketahui.", "Pembatalan belum dijawab.", "Penjualan ini sempat ditinggal, hasilnya belum diketahui.",
		"Dompet pelanggan belum menjawab, hasilnya belum diketahui."},
	checking:     "Mengecek…",
	checkedAgain: "Dicek lagi sendiri sampai pasti.",

	late:   "TERLAMBAT DIBAYAR",
	lateDo: "Uangnya masuk. Cari pembelinya, atau kembalikan.",
	lateAfter: map[terminal.Ending]string{
		terminal.EndNone:      "Dibayar setelah disimpan.",
		terminal.EndCancelled: "Dibayar setelah dibatalkan.",
		terminal.EndExpired:   "Dibayar setelah kedaluwarsa.",
		terminal.EndDenied:    "Dibayar setelah ditolak.",
		terminal.EndTaken:     "Dibayar setelah nomornya ditolak.",
	},
	lateMore: "Masih ada %d lagi.",

	alarm:   "AWAS",
	alarmDo: "Jangan serahkan barang. Hubungi pemilik.",
	mismatches: map[terminal.Mismatch]string{
		terminal.MismatchFormat:   "QR ditolak: bukan QRIS.",
		terminal.MismatchCRC:      "QR ditolak: rusak di jalan.",
		terminal.MismatchCurrency: "QR ditolak: bukan rupiah.",
		terminal.MismatchAmount:   "QR ditolak: jumlahnya lain dari yang diketik.",
		terminal.MismatchMerchant: "QR ditolak: bukan milik toko ini.",
		terminal.MismatchPage:     "Halaman ditolak: bukan milik penyedia pembayaran.",
		terminal.MismatchPaid:     "Yang dibayar lain dari yang ditagih.",
		terminal.MismatchCode:     "Kode bilang lunas, server bilang tidak.",
	},

	fault:   "BERHENTI JUALAN",
	faultDo: "Matikan lalu nyalakan. Kalau tetap begini, hubungi pemilik.",
	faults: map[terminal.FaultKind]string{
		terminal.FaultJournal:  "Catatan penjualan tidak bisa dipakai.",
		terminal.FaultFull:     "Kartu penuh. Tidak ada data yang hilang.",
		terminal.FaultReadOnly: "Kartu tidak bisa ditulis lagi.",
		terminal.FaultCard:     "Kartu gagal dibaca atau ditulis.",
		terminal.FaultDamaged:  "Data rusak. Simpan kartu ini, jangan dibuang.",
		terminal.FaultForeign:  "Berkas catatan bukan milik kasir.",
		terminal.FaultNewer:    "Catatan dari versi yang lebih baru.",
		terminal.FaultInUse:    "Program lain sedang memakai catatan.",
	},
	faultDos: map[terminal.FaultKind]string{
		terminal.FaultFull:     "Teknisi: kosongkan kartu. Alat jalan lagi sendiri.",
		terminal.FaultReadOnly: "Teknisi: salin catatan, lalu ganti kartu.",
		terminal.FaultCard:     "Teknisi: ganti kartu. Yang tercatat ada di server.",
		terminal.FaultDamaged:  "Teknisi: pasang kartu baru, sisanya dari server.",
		terminal.FaultForeign:  "Teknisi: periksa alamat berkas catatan.",
		terminal.FaultNewer:    "Teknisi: perbarui program alat ini.",
		terminal.FaultInUse:    "Teknisi: hentikan program yang lain.",
	},

	menu:         "MENU",
	menuUnsure:   "Belum pasti (%d)",
	menuNone:     "Belum pasti: tidak ada",
	menuLanguage: "English",
	menuAbout:    "Tentang alat ini",
	volumes:      [4]string{"suara: keras", "suara: sedang", "suara: pelan", "suara: nada"},

	parked:   "BELUM PASTI %d/%d",
	parkedDo: "Jangan tagih ulang sebelum pasti.",

	about:        "KASIR",
	aboutVersion: "Versi %s",
	aboutDevice:  "Alat %s",
	aboutOpen:    "%d penjualan belum pasti.",

	cashierCode: "TUNGGU LUNAS",

	codeTooLarge: "LAYAR TERLALU KECIL",
	codeLargeDo:  "QR ini tidak muat. Tekan C, lalu hubungi pemilik.",

	keys: keyWords{
		digits: "jumlah", menu: "menu", charge: "buat QR", cancel: "batal", clear: "ulang", back: "hapus", plus: "tambah",
		check: "cek", next: "lanjut", done: "selesai", again: "coba lagi", set: "simpan, lanjut",
		seen: "sudah dilihat", understood: "mengerti", home: "kembali", following: "berikutnya", light: "terang", print: "cetak",
	},

	wallet:  walletIndonesian,
	confirm: confirmIndonesian,
	day:     dayIndonesian,

	enrolment: enrolIndonesian,
	inspect:   inspectIndonesian,
	update:    updateIndonesian,
	restart:   restartIndonesian,
	mend:      mendIndonesian,
}
