package wallet

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
)

// Phone is a whole telephone number, on its way to the provider. It prints
// masked whichever way it is printed, and has no JSON: it is in no record. It is
// behind a pointer, because what is printed of a struct around it asks no
// method of a field that is not exported.
type Phone struct{ text *string }

// NewPhone takes a number in international form, "+6281234567890".
func NewPhone(e164 string) Phone { return Phone{&e164} }

// E164 is the whole number. Only the call to the provider may use it.
func (p Phone) E164() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// String hides all but the last four digits.
func (p Phone) String() string {
	text := p.E164()
	if text == "" {
		return ""
	}
	return "****" + text[max(0, len(text)-4):]
}

// GoString is String, so that no verb prints the number.
func (p Phone) GoString() string { return p.String() }

// LogValue is String.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MinSalt is the least salt CustomerID is worth anything with, in bytes: there
// are so few telephone numbers that whoever has it can try them all.
const MinSalt = 32

// CustomerID names a customer by his number without telling it: "c-" and 32
// hexadecimal digits of an HMAC-SHA-256 over it, keyed with the book's salt.
// The same number gives the same id as long as the salt is kept.
func CustomerID(salt []byte, p Phone) string {
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte("kasir customer\x00" + p.E164()))
	return "c-" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// ValidCustomer reports whether id may be a customer's: 1 to 36 letters,
// digits, - and _.
func ValidCustomer(id string) bool {
	if id == "" || len(id) > 36 {
		return false
	}
	for _, c := range []byte(id) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
