package cmd_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/terminal"
)

// What the cashier, the customer and the weather can do.

// pace is how long a person takes for a key.
const pace = 150 * time.Millisecond

// plain is a sentence without blanks.
func plain(do act) func([]string) (act, error) {
	return func([]string) (act, error) { return do, nil }
}

var keys = map[string]terminal.Key{
	"OK": terminal.KeyOK, "C": terminal.KeyClear, "B": terminal.KeyBack,
	"00": terminal.KeyZeroZero, "+": terminal.KeyPlus, "M": terminal.KeyMenu, "L": terminal.KeyLanguage,
}

func press(words []string) (act, error) {
	var all []terminal.Key
	for _, w := range words {
		if k, ok := keys[w]; ok {
			all = append(all, k)
			continue
		}
		for _, c := range w {
			if _, ok := terminal.Key(c).Digit(); !ok {
				return nil, fmt.Errorf("%q is no key: want OK C B 00 + M L or digits", w)
			}
			all = append(all, terminal.Key(c))
		}
	}
	return func(s *stage) error {
		for _, k := range all {
			s.sleep(pace)
			if err := s.key(k); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// key is one key going down.
func (s *stage) key(k terminal.Key) error {
	if s.till == nil {
		return errors.New("the till is off")
	}
	if !s.till.pad.Press(k) {
		return errors.New("the till does not take keys")
	}
	s.settle()
	return nil
}

func wait(words []string) (act, error) {
	d, err := time.ParseDuration(words[0])
	return func(s *stage) error {
		s.sleep(d)
		return nil
	}, err
}

func see(words []string) (act, error) {
	var within time.Duration
	if n := len(words); n >= 3 && words[n-2] == "within" {
		var err error
		if within, err = time.ParseDuration(words[n-1]); err != nil {
			return nil, err
		}
		words = words[:n-2]
	}
	screen := words[0]
	want, err := pairs(words[1:])
	return func(s *stage) error {
		for end := time.Now().Add(within); ; s.sleep(50 * time.Millisecond) {
			s.settle()
			v, lit := s.glass.looks()
			err := matches(v, lit, screen, want)
			if err == nil {
				return s.glass.faithful()
			}
			if !time.Now().Before(end) {
				return err
			}
		}
	}, err
}

func neverSeen(words []string) (act, error) {
	return func(s *stage) error {
		if n := s.glass.times(words[0]); n > 0 {
			return fmt.Errorf("got it %d times, want never", n)
		}
		return nil
	}, nil
}

func hear(words []string) (act, error) {
	want := strings.Join(words, " ")
	return func(s *stage) error {
		got := strings.Join(s.ears.since(), " ")
		if got == "" {
			got = "nothing"
		}
		if got != want {
			return fmt.Errorf("heard %s, want %s", got, want)
		}
		return nil
	}, nil
}

// The customer.

// scan reads the code from the glass. It must be, to the character, the one
// that the provider made for the order on the screen; one that leads to a page
// is opened, as telephones do.
func (s *stage) scan() error {
	text, err := s.glass.read()
	if err != nil {
		return err
	}
	v, _ := s.glass.looks()
	if page := pageOn(v.Screen); page != "" {
		if text != page {
			return fmt.Errorf("got code %q, want %q", text, page)
		}
		if _, receipt := v.Screen.(terminal.Confirming); receipt {
			return s.openReceipt(page)
		}
		return s.open(page)
	}
	o, ok := s.atProvider(terminal.OrderID(orderOn(v)))
	if !ok || o.QRString != text {
		return fmt.Errorf("got code %q, want %q of order %s", text, o.QRString, o.OrderID)
	}
	s.phone = text
	return nil
}

// orderOn is the order that a view is about, "" for none.
func orderOn(v terminal.View) string {
	for _, f := range fields(v.Screen) {
		if n, err := strconv.ParseInt(f.value, 10, 64); f.name == "order" && err == nil {
			return string(terminal.MakeOrderID(shop, n))
		}
	}
	return ""
}

// scanned is the order whose code the phone read.
func (s *stage) scanned() (string, error) {
	if s.phone == "" {
		return "", errors.New("nothing was scanned")
	}
	all := s.provider.Orders()
	i := slices.IndexFunc(all, func(o sandbox.Order) bool { return o.QRString == s.phone })
	if i < 0 {
		return "", errors.New("the provider knows no such code")
	}
	return all[i].OrderID, nil
}

func (s *stage) pay() error     { return s.payment(s.provider.Pay) }
func (s *stage) payLate() error { return s.payment(s.provider.PayLate) }

func (s *stage) payment(how func(string) error) error {
	id, err := s.scanned()
	if err == nil {
		err = how(id)
	}
	if err == nil {
		s.paid[id] = true
	}
	return err
}

func payOrder(words []string) (act, error) {
	n, err := strconv.ParseInt(words[0], 10, 64)
	return func(s *stage) error {
		id := string(terminal.MakeOrderID(shop, n))
		err := s.provider.Pay(id)
		if err == nil {
			s.paid[id] = true
		}
		return err
	}, err
}

func (s *stage) payRefused() error {
	if err := s.pay(); !errors.Is(err, sandbox.ErrState) {
		return fmt.Errorf("got %v, want a refusal", err)
	}
	return nil
}

// The network.

func shopNet(w weather) func([]string) (act, error) {
	return plain(func(s *stage) error {
		s.shopNet.set(w)
		return nil
	})
}

func trunk(w weather) func([]string) (act, error) {
	return plain(func(s *stage) error {
		s.trunk.set(w)
		return nil
	})
}

func netSlow(words []string) (act, error) {
	d, err := time.ParseDuration(words[0])
	return func(s *stage) error {
		s.shopNet.set(weather{slow: d})
		return nil
	}, err
}

func netLoses(words []string) (act, error) {
	n, err := strconv.Atoi(words[0])
	if words[0] == "all" {
		n, err = -1, nil
	}
	return func(s *stage) error {
		s.shopNet.set(weather{swallow: n})
		return nil
	}, err
}

// Power cuts that wait for their moment.

func (s *stage) tillTrap() *trap { return &s.atRecord }
func (s *stage) bookTrap() *trap { return &s.atCommit }

func cutAt(of func(*stage) *trap, before bool) func([]string) (act, error) {
	return func(words []string) (act, error) {
		return func(s *stage) error {
			of(s).arm(snare{kind: words[0], before: before})
			return nil
		}, nil
	}
}

func (s *stage) cutAtCharge() error {
	s.atCharge.arm(snare{kind: "charge"})
	return nil
}
