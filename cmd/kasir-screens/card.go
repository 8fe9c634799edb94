package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"os"
	"text/template"

	"kasir/display"
	"kasir/display/frame"
	"kasir/display/story"
	"kasir/terminal"
)

//go:embed card.svg
var cardText string

var card = template.Must(template.New("card").Parse(cardText))

// cardWords is what a quick-start card says: two minutes of reading, the size of
// a postcard (A6, 105 by 148 mm).
type cardWords struct {
	Title, Rule string
	Steps       []cardStep
	Trouble     string
	Rows        [][2]string
	Foot        string
}

// cardStep is a sentence and the screen that goes with it.
type cardStep struct {
	shot  string
	Lines []string
	PNG   string
}

var cards = map[string]cardWords{
	"id": {
		Title: "KASIR — mulai dalam dua menit", Rule: "Tanpa LUNAS di alat ini = belum bayar.",
		Steps: []cardStep{
			{shot: "entering", Lines: []string{"1  Ketik jumlah, tekan OK.", "Salah? B hapus, C ulang,", "+ barang berikutnya."}},
			{shot: "offering", Lines: []string{"2  Pelanggan pindai QR,", "20–30 cm dari HP.", "C batal."}},
			{shot: "thanks", Lines: []string{"3  Tunggu LUNAS", "dan dua nada pendek.", "Baru serahkan barang."}},
		},
		Trouble: "Kalau layar bilang …",
		Rows: [][2]string{{"BELUM PASTI", "jangan tagih ulang; OK cek, C simpan"}, {"TERLAMBAT DIBAYAR", "uang masuk: cari pembelinya"},
			{"TIDAK TERSAMBUNG", "cek Wi-Fi atau kabel, OK coba lagi"}, {"AWAS", "jangan serahkan barang, hubungi pemilik"}},
		Foot: "M 7 penjualan terakhir · M 8 total, tutup shift · M 2 English",
	},
	"en": {
		Title: "KASIR — ready in two minutes", Rule: "No PAID on this device = not paid.",
		Steps: []cardStep{
			{shot: "entering", Lines: []string{"1  Key in the amount, OK.", "A slip? B back, C again,", "+ the next item."}},
			{shot: "offering", Lines: []string{"2  The customer scans,", "20–30 cm from the phone.", "C cancels."}},
			{shot: "thanks", Lines: []string{"3  Wait for PAID", "and two short tones.", "Then hand over the goods."}},
		},
		Trouble: "When the glass says …",
		Rows: [][2]string{{"NOT SURE YET", "do not charge again; OK checks, C sets aside"}, {"PAID LATE", "money came: find the customer"},
			{"NOT CONNECTED", "check Wi-Fi or cable, OK tries again"}, {"STOP", "keep the goods, call the owner"}},
		Foot: "M 7 last sales · M 8 totals, close shift · M 2 Bahasa Indonesia",
	},
}

// makeCard is the card in a language, as SVG that a printer takes.
func makeCard(word string) ([]byte, error) {
	w, ok := cards[word]
	if !ok {
		return nil, fmt.Errorf("make card: no language %q; there are id and en", word)
	}
	lang := map[string]terminal.Lang{"id": terminal.Indonesian, "en": terminal.English}[word]
	r, err := display.NewRenderer(frame.Format{Size: image.Pt(400, 300), Pitch: .212})
	if err != nil {
		return nil, fmt.Errorf("make card: %w", err)
	}
	shots := map[string]terminal.View{}
	for _, s := range story.Shots(lang) {
		shots[s.Name] = s.View
	}
	steps := make([]cardStep, len(w.Steps))
	for i, step := range w.Steps {
		c, err := picture("card", r, shots[step.shot])
		if err != nil {
			return nil, fmt.Errorf("make card: %w", err)
		}
		step.PNG = string(c.PNG)
		steps[i] = step
	}
	w.Steps = steps
	var out bytes.Buffer
	if err := card.Execute(&out, w); err != nil {
		return nil, fmt.Errorf("make card: %w", err)
	}
	return out.Bytes(), nil
}

func writeCard(path, word string) error {
	text, err := makeCard(word)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write card: %w", err)
	}
	return nil
}
