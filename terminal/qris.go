package terminal

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// QRIS is a merchant-presented code as text: EMVCo tag-length-value, with the
// fields that a till must be sure of. The text itself is never changed: the
// payer's app checks it too.
type QRIS struct {
	Dynamic  bool   // tag 01 = 12: made for one payment
	Currency string // tag 53; "360" is rupiah
	Amount   Rupiah // tag 54
	Country  string // tag 58
	Merchant string // tag 59
	City     string // tag 60
	NMID     string // tag 51, sub-tag 02: the national merchant id
}

// maxQRIS is the longest code EMVCo allows, in characters.
const maxQRIS = 512

// Reasons why a text is not a code we would draw.
var (
	errTLV = errors.New("not well-formed tag-length-value")
	errCRC = errors.New("checksum in tag 63 does not match")
)

// ParseQRIS reads a code. Tags may stand in any order but tag 63, the
// checksum, which is last; a tag may stand only once.
func ParseQRIS(text string) (QRIS, error) {
	if len(text) > maxQRIS {
		return QRIS{}, fmt.Errorf("read code: %d characters, at most %d: %w", len(text), maxQRIS, errTLV)
	}
	tags, err := readTLV(text)
	if err != nil {
		return QRIS{}, fmt.Errorf("read code: %w", err)
	}
	sum, ok := tags["63"]
	if !ok || !strings.HasSuffix(text, "6304"+sum) || tags["00"] != "01" {
		return QRIS{}, fmt.Errorf("read code: format or checksum tag is missing: %w", errTLV)
	}
	if want := CRC16(text[:len(text)-4]); !strings.EqualFold(sum, fmt.Sprintf("%04X", want)) {
		return QRIS{}, fmt.Errorf("read code: %w", errCRC)
	}
	q := QRIS{
		Dynamic: tags["01"] == "12", Currency: tags["53"],
		Country: tags["58"], Merchant: tags["59"], City: tags["60"],
	}
	if amount, ok := tags["54"]; ok {
		if q.Amount, err = parseDecimal(amount); err != nil {
			return QRIS{}, fmt.Errorf("read code: amount: %w", err)
		}
	}
	if national, ok := tags["51"]; ok {
		sub, err := readTLV(national)
		if err != nil {
			return QRIS{}, fmt.Errorf("read code: tag 51: %w", err)
		}
		q.NMID = sub["02"]
	}
	return q, nil
}

// readTLV splits text into tags of two digits, lengths of two digits and
// values. Lengths count characters; QRIS is ASCII, so those are bytes.
func readTLV(text string) (map[string]string, error) {
	tags := make(map[string]string)
	for len(text) > 0 {
		if len(text) < 4 || !digits(text[:4]) {
			return nil, errTLV
		}
		n := int(text[2]-'0')*10 + int(text[3]-'0')
		if n == 0 || len(text) < 4+n {
			return nil, errTLV
		}
		tag := text[:2]
		if _, twice := tags[tag]; twice {
			return nil, errTLV
		}
		tags[tag], text = text[4:4+n], text[4+n:]
	}
	return tags, nil
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// parseDecimal reads "25000", "25000.0" or "25000.00". Anything but zeros
// after the point is refused: rupiah have no parts.
func parseDecimal(s string) (Rupiah, error) {
	whole, part, pointed := strings.Cut(s, ".")
	if !digits(whole) || len(whole) > 13 || pointed && strings.Trim(part, "0") != "" {
		return 0, fmt.Errorf("%q is not whole rupiah: %w", s, errTLV)
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	return Rupiah(n), err
}

// CRC16 is the checksum of tag 63: CRC-16/CCITT-FALSE over everything before
// its four digits, "6304" included. CRC16("123456789") is 0x29B1.
func CRC16(s string) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range []byte(s) {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// Mismatch is what was wrong with a code, or with a payment.
type Mismatch uint8

// The mismatches.
const (
	NoMismatch       Mismatch = iota
	MismatchFormat            // not a well-formed code
	MismatchCRC               // damaged
	MismatchCurrency          // not rupiah
	MismatchAmount            // another amount than was keyed
	MismatchMerchant          // another merchant than this till's
	MismatchPaid              // another amount was paid than was asked
	MismatchPage              // not a page of the provider's, or a page where a code was due
	MismatchCode              // a code said paid, and the backend says otherwise
)

func (m Mismatch) String() string {
	return [...]string{"none", "format", "crc", "currency", "amount", "merchant", "paid", "page", "code"}[m]
}

// mismatch is the one that String names; a word that a newer version wrote is
// still an alarm.
func mismatch(word string) Mismatch {
	for m := MismatchFormat; m <= MismatchCode; m++ {
		if m.String() == word {
			return m
		}
	}
	return MismatchFormat
}

// Expect is what every code of this till must say about the merchant. Empty
// fields are not compared.
type Expect struct {
	Merchant string // tag 59, letter case aside
	NMID     string // tag 51-02
}

// Attest says whether text may be drawn as the code for a sale of this amount.
// A code that fails is never a picture: a hijacked backend or name server
// could otherwise send the customer's money elsewhere.
func (e Expect) Attest(text string, amount Rupiah) Mismatch {
	q, err := ParseQRIS(text)
	switch {
	case errors.Is(err, errCRC):
		return MismatchCRC
	case err != nil:
		return MismatchFormat
	case q.Currency != "360":
		return MismatchCurrency
	case q.Amount != amount:
		return MismatchAmount
	case q.Merchant == "" || e.Merchant != "" && !strings.EqualFold(q.Merchant, e.Merchant):
		return MismatchMerchant
	case e.NMID != "" && q.NMID != e.NMID:
		return MismatchMerchant
	}
	return NoMismatch
}
