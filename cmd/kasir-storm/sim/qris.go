package sim

import (
	"fmt"
	"strconv"
)

// merchantName stands in every code of this shop.
const merchantName = "WARUNG SIMULASI"

// code is the text of a transaction's code, as EMVCo writes one.
func (p *provider) code(t *tx) string {
	return emv(t.amount, merchantName, t.id)
}

// emv writes a code for one payment of amount rupiah to a merchant.
func emv(amount int64, merchant, label string) string {
	tag := func(id, value string) string { return id + fmt.Sprintf("%02d", len(value)) + value }
	if len(label) > 40 {
		label = label[:40]
	}
	text := "000201010212" + tag("52", "5411") + "5303360" + tag("54", strconv.FormatInt(amount, 10)) +
		"5802ID" + tag("59", merchant) + tag("60", "JAKARTA") + tag("62", tag("01", label)) + "6304"
	return text + fmt.Sprintf("%04X", crc(text))
}

// crc is CRC-16/CCITT-FALSE, written here once more so that the till's own
// cannot hide a mistake from us.
func crc(s string) uint16 {
	sum := uint16(0xFFFF)
	for i := range len(s) {
		sum ^= uint16(s[i]) << 8
		for range 8 {
			carry := sum&0x8000 != 0
			if sum <<= 1; carry {
				sum ^= 0x1021
			}
		}
	}
	return sum
}
