package sandbox

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// merchant is who gets the money, as a code names them.
type merchant struct {
	name, city, nmid, mcc string
	id                    string // G and nine digits: merchant_id, and tag 26-02
	pan                   string // tag 26-01: 19 digits, the last a Luhn digit
}

func newMerchant(o Options) merchant {
	or := func(s, fallback string) string {
		if s == "" {
			return fallback
		}
		return s
	}
	m := merchant{
		name: or(ascii(o.MerchantName, 25), "Kasir Sandbox"), city: or(ascii(o.City, 15), "Bandung"),
		mcc: or(o.MCC, "5812"),
	}
	h := fnv.New64a()
	h.Write([]byte(m.name + "\x00" + m.city))
	number := fmt.Sprintf("%09d", h.Sum64()%1_000_000_000)
	m.nmid = or(ascii(o.NMID, 15), "ID1020"+number)
	m.id = "G" + number
	m.pan = "93600914" + "3" + number
	m.pan += string(luhn(m.pan))
	return m
}

// ascii is what is left of s for a code: printable ASCII, at most n characters.
func ascii(s string, n int) string {
	kept := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(kept[:min(len(kept), n)])
}

// luhn is the check digit that follows digits.
func luhn(digits string) byte {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// code is the text of t's QR code, with whatever fault strikes it.
func (s *Sandbox) code(t transaction) string {
	at := t.scene()
	q := qris{merchant: s.merchant, amount: strconv.FormatInt(t.Amount, 10), reference: t.Reference, label: "A01"}
	length := s.opts.QRLength
	if f, ok := s.faults.take(at, WrongAmountQR); ok {
		q.amount = strconv.FormatInt(f.Amount, 10)
	}
	if f, ok := s.faults.take(at, WrongMerchantQR); ok {
		q.merchant.name = ascii(f.Text, 25)
	}
	if f, ok := s.faults.take(at, QRLength); ok {
		length = int(min(f.Amount, maxCode))
	}
	if _, ok := s.faults.take(at, LegacyQR); ok {
		q.legacy, q.reference, q.amount = true, t.TransactionID, q.amount+".00"
	}
	if length > 0 {
		q.fit(length)
	}
	text := q.text()
	if _, ok := s.faults.take(at, BadCRCQR); ok {
		text = text[:len(text)-4] + fmt.Sprintf("%04X", ^crc16(text[:len(text)-4]))
	}
	return text
}

const maxCode = 512 // characters, EMVCo's limit

// qris is what a code says. Everything but the amount and the reference is the
// same for all codes of a merchant.
type qris struct {
	merchant  merchant
	amount    string // tag 54
	reference string // tag 62-50
	label     string // tag 62-07: the terminal
	legacy    bool   // amount after the postal code
	lean      int    // optional fields left out, 0..leanest
	filler    []int  // sizes of extra templates, tags 80 and up
}

const leanest = 4

// text is EMVCo tag-length-value with its checksum.
func (q qris) text() string {
	m := q.merchant
	account := tlv("00", "COM.GO-JEK.WWW") + tlv("01", m.pan)
	if q.lean < 3 {
		account += tlv("02", m.id)
	}
	if q.lean < 4 {
		account += tlv("03", "UMI")
	}
	out := tlv("00", "01") + tlv("01", "12") + tlv("26", account)
	if q.lean < 2 {
		out += tlv("51", tlv("00", "ID.CO.QRIS.WWW")+tlv("02", m.nmid)+tlv("03", "UMI"))
	}
	amount, tail := tlv("54", q.amount), tlv("58", "ID")+tlv("59", m.name)+tlv("60", m.city)
	if q.lean < 1 {
		tail += tlv("61", "40115")
	}
	out += tlv("52", m.mcc) + tlv("53", "360")
	if q.legacy {
		out += tail + amount
	} else {
		out += amount + tail
	}
	out += tlv("62", tlv("50", q.reference)+tlv("07", q.label))
	for i, n := range q.filler {
		out += tlv(strconv.Itoa(80+i), tlv("00", "ID.KASIR")+tlv("01", strings.Repeat("0", n)))
	}
	out += "6304"
	return out + fmt.Sprintf("%04X", crc16(out))
}

// fit makes the text length characters long: it leaves out fields that are not
// required and shortens the reference, then lengthens the label and adds
// templates. Below what the required fields take it does what it can.
func (q *qris) fit(length int) {
	for q.lean < leanest && len(q.text()) > length {
		q.lean++
	}
	if over := len(q.text()) - length; over > 0 {
		q.label = q.label[:1]
		over = max(0, len(q.text())-length)
		q.reference = q.reference[min(over, len(q.reference)-10):]
	}
	const (
		perTemplate  = 4 + 4 + 8 + 4 // around the filler
		mostFiller   = 83            // 99 is the longest value
		roomForLabel = 22            // up to 25 characters
	)
	missing := length - len(q.text())
	for missing > roomForLabel && len(q.filler) < 5 {
		n := min(missing-perTemplate, mostFiller)
		q.filler = append(q.filler, n)
		missing -= perTemplate + n
	}
	if missing > 0 {
		q.label += strings.Repeat("0", min(missing, roomForLabel))
	}
}

// tlv writes one field; values are at most 99 characters here.
func tlv(tag, value string) string { return fmt.Sprintf("%s%02d%s", tag, len(value), value) }

// crc16 is CRC-16/CCITT-FALSE, the checksum of tag 63.
func crc16(s string) uint16 {
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
