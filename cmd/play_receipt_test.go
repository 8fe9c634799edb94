package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"kasir/backend"
	"kasir/terminal"
)

// What a customer's telephone does for a till without a network: it opens the
// receipt link that it read from the glass at the backend, over real HTTP, and
// the cashier keys the code that it shows.

// receiptSecret is what the backend makes every device's key from.
func (s *stage) receiptSecret() []byte {
	if !s.settings.receipts {
		return nil
	}
	return bytes.Repeat([]byte{42}, backend.MinConfirmSecret)
}

// keptKey is the till's file beside its journal.
type keptKey struct {
	journal string
	confirm terminal.Confirm
}

func (k *keptKey) load(journal string) terminal.Confirm {
	if k.journal != journal {
		return terminal.Confirm{}
	}
	return k.confirm
}

func (k *keptKey) keeper(journal string) func(terminal.Confirm) error {
	return func(c terminal.Confirm) error {
		*k = keptKey{journal, c}
		return nil
	}
}

// marks are what a receipt says, by marks and not by words.
var marks = map[string]string{"paid": `<body class="yes">`, "unpaid": `<body class="no">`, "wait": `<body class="wait">`}

var shownCode = regexp.MustCompile(`<p class="code[^"]*">(\d{4})\x{00a0}(\d{4})</p>`)

// receipt opens the link, or presses the button on its page.
func (s *stage) receipt(method string) error {
	res, text, err := s.browse(method, s.link, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the receipt answers %d", res.StatusCode)
	}
	s.slip = text
	return nil
}

// openReceipt is what a telephone does with the link that it read.
func (s *stage) openReceipt(address string) error {
	s.link = address
	return s.receipt(http.MethodGet)
}

// openShown opens the link on a glass that draws no pixels.
func (s *stage) openShown() error {
	v, _ := s.glass.looks()
	c, ok := v.Screen.(terminal.Confirming)
	if !ok {
		return fmt.Errorf("no receipt on %s", v.Screen.Name())
	}
	return s.openReceipt(c.URL)
}

// reloadReceipt is what the page does by itself after a while.
func (s *stage) reloadReceipt() error { return s.receipt(http.MethodGet) }

func (s *stage) cancelOnReceipt() error {
	if !strings.Contains(s.slip, "<form") {
		return errors.New("the receipt has no button")
	}
	return s.receipt(http.MethodPost)
}

// receiptSays also wants a code exactly where it is certain what happened.
func receiptSays(words []string) (act, error) {
	mark, ok := marks[words[0]]
	if !ok {
		return nil, fmt.Errorf("%q: want paid, unpaid or wait", words[0])
	}
	return func(s *stage) error {
		if !strings.Contains(s.slip, mark) {
			return fmt.Errorf("want %s in\n%s", mark, s.slip)
		}
		if coded := shownCode.MatchString(s.slip); coded != (words[0] != "wait") {
			return fmt.Errorf("it has a code: %v\n%s", coded, s.slip)
		}
		return nil
	}, nil
}

// keyCode keys the code on the receipt, and OK.
func (s *stage) keyCode() error {
	m := shownCode.FindStringSubmatch(s.slip)
	if m == nil {
		return errors.New("no code on the receipt")
	}
	return s.keyDigits(m[1] + m[2])
}

// keyWrongCodes keys codes that nobody showed.
func (s *stage) keyWrongCodes(n int64) error {
	for range n {
		s.wrongCodes++
		code := fmt.Sprintf("%08d", s.wrongCodes)
		if slices.Equal(shownCode.FindStringSubmatch(s.slip), []string{code[:4], code[4:]}) {
			continue
		}
		if err := s.keyDigits(code); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) keyDigits(code string) error {
	do, err := press([]string{code, "OK"})
	if err != nil {
		return err
	}
	return do(s)
}
