package keypad

import (
	"strings"
	"testing"

	"kasir/terminal"
)

// typedAs is what a decoder makes of bytes that end with a pause.
func typedAs(in string) string {
	var d decoder
	var out strings.Builder
	for _, b := range []byte(in) {
		for _, k := range d.take(b) {
			out.WriteRune(rune(k))
		}
	}
	if k, ok := d.timeout(); ok {
		out.WriteRune(rune(k))
	}
	return out.String()
}

func TestDecoder(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"digits", "0123456789", "0123456789"},
		{"Enter", "\r", "\n"},
		{"Enter as a line feed", "\n", "\n"},
		{"Backspace", "\x7f\x08b", "bbb"},
		{"00", ".,zZ", "zzzz"},
		{"letters in capitals", "CMLB", "cmlb"},
		{"Esc", "\x1b", "c"},
		{"Esc twice", "\x1b\x1b", "cc"},
		{"Esc and a digit", "\x1b5", "c5"},
		{"arrow", "\x1b[A5", "5"},
		{"arrow with Ctrl", "\x1b[1;5D5", "5"},
		{"Delete as a sequence", "\x1b[3~5", "5"},
		{"F1", "\x1bOP5", "5"},
		{"Esc and an arrow", "\x1b\x1b[A5", "c5"},
		{"a sequence that never ends", "\x1b[12;12", ""},
		{"half of F1", "\x1bO", ""},
		{"a digit held", "q5Q9", "5⑤9⑨"},
		{"the prefix of no digit", "q0qm5qqq7q\x1b[A5q\r1", "0m57⑦5\n1"},
		{"nothing else", "\x00\x01\x04\t aq!~\xff\xc3\xa9", ""},
	}
	for _, tt := range tests {
		if got := typedAs(tt.in); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// After a pause the decoder is as new, whatever came before; and no bytes make
// more keys than there were bytes.
func FuzzDecoder(f *testing.F) {
	for _, in := range []string{"12\r", "\x1b[A", "\x1b\x1bOP", "\x1b[1;"} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var d decoder
		n := 0
		for _, b := range in {
			for _, k := range d.take(b) {
				if _, ok := Key(rune(k)); !ok && k != terminal.KeyLanguage {
					t.Errorf("%q is no key", rune(k))
				}
				n++
			}
		}
		if _, ok := d.timeout(); ok {
			n++
		}
		if n > len(in) {
			t.Errorf("%d keys of %d bytes", n, len(in))
		}
		if d != (decoder{}) {
			t.Errorf("after a pause: %+v", d)
		}
	})
}
