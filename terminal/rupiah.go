package terminal

import "strconv"

// Rupiah is an amount of money in whole rupiah. QRIS knows no fractions.
type Rupiah int64

// Amounts a QRIS charge may have, per transaction (docs.midtrans.com, "minimum
// and maximum transaction value").
const (
	MinCharge Rupiah = 1
	MaxCharge Rupiah = 10_000_000
)

// String writes the amount as Indonesians do: "Rp 1.250.000".
func (r Rupiah) String() string {
	digits := strconv.FormatInt(int64(r), 10)
	sign := ""
	if r < 0 {
		sign, digits = "-", digits[1:]
	}
	out := make([]byte, 0, len(digits)+len(digits)/3+4)
	out = append(out, sign...)
	out = append(out, "Rp "...)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, '.')
		}
		out = append(out, digits[i])
	}
	return string(out)
}
