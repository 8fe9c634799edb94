package provision

import (
	"fmt"
	"strconv"

	"kasir/terminal"
)

// checkAmount takes rupiah as digits alone: dots mean thousands to some people and
// cents to others.
func checkAmount(v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != v || n < 1 || terminal.Rupiah(n) > terminal.MaxCharge {
		return fmt.Errorf("want rupiah in digits alone, 1 to %d, for instance 1000", terminal.MaxCharge)
	}
	return nil
}

func checkQuick(v string) error {
	_, err := terminal.ReadQuick(v)
	return err
}

// unsaleable says which line makes the amounts contradict each other: nothing could
// be sold, or a digit would be held down for an amount that is refused. What was not
// taken by itself is empty here, and no limit.
func (s *Settings) unsaleable(said map[string]int) (p Problem, none bool) {
	rupiah := func(v string) terminal.Rupiah {
		n, _ := strconv.ParseInt(v, 10, 64)
		return terminal.Rupiah(n)
	}
	least, most := rupiah(s.Least), rupiah(s.Most)
	if most > 0 && least > most {
		return Problem{max(said["least"], said["most"]), fmt.Sprintf("least %d is more than most %d: nothing could be sold", least, most)}, true
	}
	if s.Quick == "" {
		return p, false
	}
	quick, _ := terminal.ReadQuick(s.Quick)
	for digit, amount := range quick {
		if amount > 0 && (amount < least || most > 0 && amount > most) {
			return Problem{said["quick"], fmt.Sprintf("quick: %d=%d is less than least or more than most", digit, amount)}, true
		}
	}
	return p, false
}
