package terminal

import (
	"slices"
	"strconv"
)

// numbers is a set of order ids: a bit for each number, in pages, so that a
// hundred thousand sales take 12 KB. It is a value: adding to it changes no
// copy of it.
type numbers struct {
	names []named
}

// named is the numbers of one device name; a journal has one, and another when
// the device was renamed.
type named struct {
	name  string
	pages []string // page n has the numbers from n*pageNumbers on, eight a byte; "": none of them
}

const pageNumbers = 4096

// place is where an order id stands; ok is false for what is not one.
func place(id OrderID) (name string, page, bit int, ok bool) {
	cut := len(id) - orderDigits
	if cut < 2 || id[cut-1] != '-' {
		return "", 0, 0, false
	}
	n, err := strconv.ParseUint(string(id[cut:]), 10, 32)
	if err != nil {
		return "", 0, 0, false
	}
	return string(id[:cut-1]), int(n / pageNumbers), int(n % pageNumbers), true
}

func (s numbers) has(id OrderID) bool {
	name, page, bit, ok := place(id)
	if !ok {
		return false
	}
	for _, d := range s.names {
		if d.name == name && page < len(d.pages) && d.pages[page] != "" {
			return d.pages[page][bit/8]>>(bit%8)&1 == 1
		}
	}
	return false
}

// with is the set and this order id.
func (s numbers) with(id OrderID) numbers {
	name, page, bit, ok := place(id)
	if !ok {
		return s
	}
	p := make([]byte, pageNumbers/8)
	for _, d := range s.names {
		if d.name == name && page < len(d.pages) {
			copy(p, d.pages[page])
		}
	}
	p[bit/8] |= 1 << (bit % 8)
	return s.withPage(name, page, string(p))
}

// withPage is the set with one of its pages replaced.
func (s numbers) withPage(name string, page int, bits string) numbers {
	s.names = slices.Clone(s.names)
	at := slices.IndexFunc(s.names, func(d named) bool { return d.name == name })
	if at < 0 {
		at = len(s.names)
		s.names = append(s.names, named{name: name})
	}
	d := &s.names[at]
	d.pages = slices.Clone(d.pages)
	for page >= len(d.pages) {
		d.pages = append(d.pages, "")
	}
	d.pages[page] = bits
	return s
}
