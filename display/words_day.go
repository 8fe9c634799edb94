package display

import "kasir/terminal"

var dayIndonesian = dayWords{
	menuSales: "Penjualan terakhir", menuDay: "Total & tutup shift", menuDayShort: "Total", menuCrew: "PIN", others: "lainnya",
	closed: "TUTUP", closedDo: "Ketik PIN untuk buka shift %d.", open: "PIN",
	pin: "PIN", wrongPin: "PIN salah.", pinWait: "Terlalu banyak PIN salah.", forget: "batal",
	pinFor: [3]string{"Buka shift", "Total hari ini", "Siapa punya PIN"},
	shift:  "Shift %d", sales: "%d penjualan lunas.", late: "%d di antaranya terlambat dibayar.", unsure: "%d belum pasti.",
	unseen: "%d belum dilihat.", nothing: "Belum ada yang lunas.",
	closing: "tutup shift", earlier: "sebelumnya",
	count: "Hitungan Anda", countDo: "Ketik hasil hitungan, lalu OK. Tanpa hitungan: langsung OK.",
	shut: "SHIFT %d DITUTUP", report: "LAPORAN SHIFT %d",
	counted: "Hitungan %s.", even: "Hitungan cocok.", less: "Hitungan kurang %s", more: "Hitungan lebih %s", uncounted: "Tanpa hitungan.",
	again: "%d ditagih ulang walau ada yang belum pasti.", unsureLater: "%d belum pasti, dihitung nanti.",
	crew: "PIN", crewDo: "orang baru", operator: "Orang %d: %s",
	roles:  map[terminal.Role]string{terminal.Owner: "pemilik", terminal.Cashier: "kasir", terminal.Technician: "teknisi"},
	newPin: "PIN BARU", repeat: "SEKALI LAGI", change: "ubah", change2: "kasir/teknisi", remove: "hapus PIN",
	pinTroubles: [4]string{"PIN belum dipakai.", "Paling sedikit 4 angka.", "Tidak sama. Ulangi dari awal.", "Sudah dipakai orang lain."},
	twin:        "SUDAH DITAGIH?", twinDo: "%s sejumlah ini belum pasti. Cek dulu sebelum menagih lagi.", twinCharge: "tetap tagih",
	last: "Penjualan %d/%d", none: "Belum ada penjualan.", noNumber: "Nomor itu tidak ada.",
	ends: map[terminal.Ending]string{
		terminal.EndPaid: "Sudah lunas.", terminal.EndCancelled: "Dibatalkan.", terminal.EndExpired: "Kedaluwarsa, tidak dibayar.",
		terminal.EndDenied: "Ditolak.", terminal.EndTaken: "Nomornya ditolak.", terminal.EndMispaid: "Dibayar dengan jumlah lain.",
	},
	cameLate: "Lunas, terlambat dibayar.", failed: "Tidak ada jawaban. Coba lagi.",
	number: "Nomor %d", receipt: "struk", scan: "Struk: scan dengan HP", byNumber: "nomor", goThere: "lanjut",
}

var dayEnglish = dayWords{
	menuSales: "Last sales", menuDay: "Totals & close shift", menuDayShort: "Totals", menuCrew: "PINs", others: "more",
	closed: "CLOSED", closedDo: "Key in a PIN to open shift %d.", open: "your PIN",
	pin: "YOUR PIN", wrongPin: "Wrong PIN.", pinWait: "Too many wrong PINs.", forget: "leave",
	pinFor: [3]string{"Open the shift", "Today's totals", "Who has a PIN"},
	shift:  "The shift: %d", sales: "%d sales paid.", late: "%d of them paid late.", unsure: "%d not sure yet.",
	unseen: "%d not seen yet.", nothing: "Nothing paid yet.",
	closing: "close shift", earlier: "earlier",
	count: "Your count", countDo: "Key in what you counted, then OK. Without a count: just OK.",
	shut: "SHIFT %d CLOSED", report: "REPORT OF SHIFT %d",
	counted: "Counted %s.", even: "The count agrees.", less: "Counted %s too little", more: "Counted %s too much", uncounted: "Not counted.",
	again: "%d charged again in spite of one not sure.", unsureLater: "%d not sure yet, counted later.",
	crew: "PINS", crewDo: "somebody new", operator: "Person %d: %s",
	roles:  map[terminal.Role]string{terminal.Owner: "owner", terminal.Cashier: "cashier", terminal.Technician: "technician"},
	newPin: "NEW PIN", repeat: "ONCE MORE", change: "change", change2: "cashier/technician", remove: "take PIN away",
	pinTroubles: [4]string{"PIN not used yet.", "Four digits at least.", "Not the same. Start again.", "Somebody else has that one."},
	twin:        "SAME AMOUNT", twinDo: "%s of this amount is not sure yet. Check before you charge again.", twinCharge: "charge anyway",
	last: "Sale %d/%d", none: "No sales yet.", noNumber: "There is no such number.",
	ends: map[terminal.Ending]string{
		terminal.EndPaid: "Paid already.", terminal.EndCancelled: "Cancelled.", terminal.EndExpired: "Expired, not paid.",
		terminal.EndDenied: "Refused.", terminal.EndTaken: "Its number was refused.", terminal.EndMispaid: "Paid with another amount.",
	},
	cameLate: "Paid, but late.", failed: "No answer. Try again.",
	number: "Number %d", receipt: "receipt", scan: "Receipt: scan it with a phone", byNumber: "number", goThere: "go on",
}
