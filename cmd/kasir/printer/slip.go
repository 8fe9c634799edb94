package printer

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

	"kasir/terminal"
)

// words are what a slip says besides its figures, in one language.
type words struct{ paid, total, order, device, copied, scan, thanks string }

var languages = map[terminal.Lang]words{
	terminal.Indonesian: {"LUNAS", "Jumlah", "Nomor", "Alat", "SALINAN", "Scan untuk memeriksa:", "Terima kasih"},
	terminal.English:    {"PAID", "Amount", "Number", "Device", "COPY", "Scan to check:", "Thank you"},
}

// Bounds of a line, in characters: 58 mm paper has 32, 80 mm has 48.
const (
	LeastColumns = 24
	MostColumns  = 64
)

// The commands of ESC/POS that are used (Epson, "ESC/POS Command Reference").
const (
	reset  = "\x1b@"
	middle = "\x1ba\x01"
	left   = "\x1ba\x00"
	plain  = "\x1d!\x00"
	large  = "\x1d!\x11"           // twice as wide and high
	end    = "\x1bd\x04\x1dVB\x00" // four lines on, and cut where there is a knife
)

// Encode is a slip as a printer takes it, lines at most columns wide.
func Encode(s terminal.Slip, columns int, zone *time.Location) []byte {
	w := languages[s.Lang]
	var b bytes.Buffer
	line := func(text string) {
		for _, l := range wrap(ascii(text), columns) {
			b.WriteString(l + "\n")
		}
	}
	b.WriteString(reset + middle + large)
	for _, l := range wrap(ascii(s.Merchant), columns/2) {
		b.WriteString(l + "\n")
	}
	b.WriteString(plain)
	if s.Copy {
		line("* " + w.copied + " *")
	}
	line(strings.Repeat("-", columns))
	b.WriteString(large)
	line(w.paid)
	line(s.Amount.String())
	b.WriteString(plain + left)
	line(pair(w.order, string(s.Order), columns))
	line(pair(w.device, s.Device, columns))
	if s.At.Year() >= 2024 { // a clock that was never set prints no time
		line(s.At.In(zone).Format("2006-01-02 15:04"))
	}
	b.WriteString(middle)
	if s.URL != "" {
		line(w.scan)
		b.Write(code(s.URL))
		b.WriteString("\n")
	}
	line(w.thanks)
	b.WriteString(end)
	return b.Bytes()
}

// pair is a word at the left and one at the right, if the line has room.
func pair(l, r string, columns int) string {
	if gap := columns - utf8.RuneCountInString(l) - utf8.RuneCountInString(r); gap > 0 {
		return l + strings.Repeat(" ", gap) + r
	}
	return l + " " + r
}

// code is a text as a QR code that the printer draws itself (model 2, modules of
// five dots, level M).
func code(text string) []byte {
	n := len(text) + 3
	length := string([]byte{byte(n), byte(n >> 8)})
	return []byte("\x1d(k\x04\x001A2\x00" + "\x1d(k\x03\x001C\x05" + "\x1d(k\x03\x001E1" +
		"\x1d(k" + length + "1P0" + text + "\x1d(k\x03\x001Q0")
}

// ascii replaces what a printer's own letters may not have, and every command.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0':
			return ' '
		case r < ' ' || r > '~':
			return '?'
		}
		return r
	}, text)
}

// wrap breaks a text into lines of at most columns, at spaces where there are some.
func wrap(text string, columns int) (lines []string) {
	for len(text) > columns {
		cut := strings.LastIndexByte(text[:columns+1], ' ')
		if cut <= 0 {
			lines, text = append(lines, text[:columns]), text[columns:]
			continue
		}
		lines, text = append(lines, text[:cut]), text[cut+1:]
	}
	return append(lines, text)
}
