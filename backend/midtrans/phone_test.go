package midtrans

import (
	"fmt"
	"strings"
	"testing"
)

func TestParsePhone(t *testing.T) {
	for _, c := range []struct{ text, country, number string }{
		{"81212345678", "62", "81212345678"},
		{"081212345678", "62", "81212345678"},
		{"0812-1234-5678", "62", "81212345678"},
		{"+62 (812) 1234.5678", "62", "81212345678"},
		{"6281212345678", "62", "81212345678"},
		{"+628215023424", "62", "8215023424"},
		{"123450001", "62", "123450001"},
		{"+380441234567", "380", "441234567"},
		{"+918877661234", "91", "8877661234"},
		{"+12025550123", "1", "2025550123"},
		{"628123456", "62", "628123456"}, // too short to have a country code
	} {
		got, err := ParsePhone(c.text)
		if want := (Phone{c.country, c.number}); err != nil || got != want {
			t.Errorf("%s: got %q %q, %v", c.text, got.Country, got.Number, err)
		}
	}
	for _, text := range []string{"", "+", "+6", "+380", "0", "00812345678901", "08121234", "0812123456789012", "0812x2345678", "+62 ０812", "+0812345678", "++62812345678", "81212345678\n"} {
		got, err := ParsePhone(text)
		if err == nil {
			t.Errorf("%q was taken as %q %q", text, got.Country, got.Number)
		} else if len(text) > 6 && strings.Contains(err.Error(), text) {
			t.Errorf("the number is in the error %q", err)
		}
	}
}

func TestPhoneIsMasked(t *testing.T) {
	p := Phone{"62", "81212345678"}
	if got, want := fmt.Sprintf("%v %s", p, p), "****5678 ****5678"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := p.E164(), "+6281212345678"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for number, want := range map[string]string{"****1283": "****1283", "12": "****12", "": "****"} {
		if got := MaskPhone(number); got != want {
			t.Errorf("%q: got %s, want %s", number, got, want)
		}
	}
}
