package main

import (
	"fmt"
	"strconv"
	"strings"

	"kasir/terminal"
)

// readQuick reads the amounts of digits that are held down: 1=5000,2=10000.
func (s *settings) readQuick(text string) error {
	var quick [10]terminal.Rupiah
	for part := range strings.SplitSeq(text, ",") {
		digit, amount, cut := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.ParseInt(amount, 10, 64)
		if !cut || len(digit) != 1 || digit < "1" || digit > "9" || err != nil || n < 1 || terminal.Rupiah(n) > terminal.MaxCharge {
			return fmt.Errorf("%q: want a digit from 1 to 9 and its rupiah, like 1=5000", part)
		}
		quick[digit[0]-'0'] = terminal.Rupiah(n)
	}
	s.quick = quick
	return nil
}
