package provision

import (
	"errors"
	"fmt"
	"strings"

	"kasir/cmd/kasir/update/window"
	"kasir/terminal"
)

// The examples of kasir.txt.example, which nobody can mean.
const (
	exampleCode     = "1234-5678-9012"
	examplePassword = "not this one"
)

// oneOf takes one of a few words.
func oneOf(words ...string) func(string) error {
	return func(v string) error {
		for _, w := range words {
			if v == w {
				return nil
			}
		}
		return fmt.Errorf("there are %s", strings.Join(words, ", "))
	}
}

// checkBoard takes the name of a board file, never a path: those that a card
// brings are looked for where the device keeps them.
func checkBoard(v string) error {
	for _, c := range []byte(v) {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return errors.New("a board is called with small letters, digits and -")
		}
	}
	return nil
}

func checkWindow(v string) error {
	_, err := window.Parse(v)
	return err
}

func checkText(v string) error {
	if n := len([]rune(v)); n > 40 {
		return fmt.Errorf("%d letters are too many for the glass, at most 40", n)
	}
	return nil
}

// checkCode never repeats what it was given.
func checkCode(v string) error {
	if v == exampleCode {
		return errors.New("that is the code of the example; ask the merchant's backend for one")
	}
	digits := strings.NewReplacer("-", "", " ", "").Replace(v)
	if len(digits) != terminal.EnrolDigits || strings.Trim(digits, "0123456789") != "" {
		return fmt.Errorf("a code has %d digits", terminal.EnrolDigits)
	}
	return nil
}

func checkNetwork(v string) error {
	if len(v) > 32 {
		return errors.New("a network's name has 32 letters at most")
	}
	return nil
}

// checkPassword never repeats what it was given.
func checkPassword(v string) error {
	if v == examplePassword {
		return errors.New("that is the example; write the network's password")
	}
	for _, c := range []byte(v) {
		if c < ' ' || c > '~' {
			return errors.New("a network's password has only letters, digits and signs of an English keyboard")
		}
	}
	if len(v) < 8 || len(v) > 63 {
		return errors.New("a network's password has 8 to 63 characters")
	}
	return nil
}

func checkCountry(v string) error {
	if len(v) != 2 || v[0] < 'A' || v[0] > 'Z' || v[1] < 'A' || v[1] > 'Z' {
		return errors.New("want two capital letters, for instance ID")
	}
	return nil
}
