package check

import "kasir/terminal"

// words are what the glass says during a check.
type words struct {
	yes, no, done, report            string
	panel, panelAsk, scan, scanAsk   string
	keys, keysDo                     string
	sound, soundAsk                  string // soundAsk: %d
	lights, lightsAsk                string // lightsAsk: %d
	allGood, bad, support, supportDo string // bad: %d
}

var indonesian = words{
	yes: "ya", no: "tidak", done: "selesai", report: "laporan",
	panel: "LAYAR", panelAsk: "Garis tepi utuh di keempat sisi, kotak di kiri atas, dan semua batang jelas?",
	scan: "SCAN", scanAsk: "Scan dari jarak satu lengan. Berhasil?",
	keys: "TEKAN SEMUA", keysDo: "Yang belum ditekan:",
	sound: "SUARA", soundAsk: "Terdengar %d bunyi yang berbeda?",
	lights: "LAMPU", lightsAsk: "Menyala semua, %d lampu?",
	allGood: "SEMUA BAIK", bad: "%d GAGAL", support: "LAPORAN", supportDo: "Scan, lalu kirim ke teknisi.",
}

var english = words{
	yes: "yes", no: "no", done: "done", report: "report",
	panel: "GLASS", panelAsk: "Line whole on all four edges, box at the top left, and all bars clear?",
	scan: "SCAN ME", scanAsk: "Scan it at arm's length. Did it work?",
	keys: "PRESS ALL", keysDo: "Not pressed yet:",
	sound: "SOUND", soundAsk: "Did you hear %d different sounds?",
	lights: "LIGHTS", lightsAsk: "Are all %d lights on?",
	allGood: "ALL GOOD", bad: "%d FAILED", support: "REPORT", supportDo: "Scan it and send it to support.",
}

func wordsOf(l terminal.Lang) *words {
	if l == terminal.English {
		return &english
	}
	return &indonesian
}
