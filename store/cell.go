package store

import (
	"encoding/binary"
	"time"
)

// How SQLite keeps a row in a page (sqlite.org/fileformat2.html, sections 1.5,
// 1.6 and 2), as far as a journal's rows need it.

const (
	maxPayload = maxBody + 4096 // bytes of a row as SQLite keeps it
	maxLocal   = pageBytes - 35 // of it in its own page
	minLocal   = 489            // the least, when it does not fit: (4096-12)*32/255-23
	perPage    = pageBytes - 4  // of the rest in each further page
	varintMax  = 9              // bytes of a number
	columnsIn  = 9              // columns of a row
)

// varint is the number that b begins with and how long it is; 0 long when b ends in it.
func varint(b []byte) (n uint64, long int) {
	for i, c := range b[:min(len(b), varintMax)] {
		if i == varintMax-1 {
			return n<<8 | uint64(c), varintMax
		}
		if n = n<<7 | uint64(c&0x7f); c < 0x80 {
			return n, i + 1
		}
	}
	return 0, 0
}

// row is the row at p.cell of a page; ok is false for what is none or does not
// match its own hash.
func (r *remains) row(page []byte, p place) (row Row, ok bool) {
	cell := page[min(int(p.cell), len(page)):]
	size, n := varint(cell)
	if n == 0 || size < 2*32 || size > maxPayload {
		return Row{}, false
	}
	cell = cell[n:]
	seq, n := varint(cell)
	if n == 0 || int64(seq) < 1 {
		return Row{}, false
	}
	payload, ok := r.payload(cell[n:], int(size), p.at < 0)
	if !ok {
		return Row{}, false
	}
	row, ok = decode(payload)
	row.Seq = int64(seq)
	return row, ok && row.sum() == row.Hash
}

// payload gathers a row from its own page and those that it goes on in, which
// are never written twice.
func (r *remains) payload(local []byte, size int, logged bool) (all []byte, ok bool) {
	here := size
	if size > maxLocal {
		if here = minLocal + (size-minLocal)%perPage; here > maxLocal {
			here = minLocal
		}
	}
	if here > len(local) {
		return nil, false
	}
	if all = local[:here:here]; here == size {
		return all, true
	}
	if here+4 > len(local) {
		return nil, false
	}
	next := binary.BigEndian.Uint32(local[here:])
	var page [pageBytes]byte
	for len(all) < size && next > 1 {
		if !r.further(next, page[:], logged) {
			return nil, false
		}
		next = binary.BigEndian.Uint32(page[:])
		all = append(all, page[4:4+min(perPage, size-len(all))]...)
	}
	return all, len(all) == size
}

// further reads page number n: the log's, when it has one and the row is in the
// log or the file ends before it; else the file's.
func (r *remains) further(n uint32, page []byte, logged bool) bool {
	at, inLog := r.pages[n]
	if inLog && logged {
		_, err := r.log.ReadAt(page, at)
		return err == nil
	}
	if r.file == nil {
		return false
	}
	_, err := r.file.ReadAt(page, int64(n-1)*pageBytes)
	return err == nil
}

// decode takes a row's columns apart: a header of their types, and the values.
func decode(b []byte) (row Row, ok bool) {
	size, n := varint(b)
	if n == 0 || size > uint64(len(b)) || int(size) < n {
		return Row{}, false
	}
	types, values := b[n:size], b[size:]
	var cols [columnsIn]struct {
		text []byte
		num  int64
	}
	for i := range cols {
		kind, n := varint(types)
		long, ok := width(kind)
		if n == 0 || !ok || long > len(values) {
			return Row{}, false
		}
		cols[i].text, cols[i].num = values[:long:long], number(kind, values[:long])
		types, values = types[n:], values[long:]
	}
	// The first column is the row's number, which SQLite keeps elsewhere.
	row.Kind, row.Order = string(cols[1].text), string(cols[2].text)
	row.Amount, row.Day, row.At = cols[3].num, int32(cols[4].num), time.UnixMilli(cols[5].num)
	row.Body, row.Prev, row.Hash = cols[6].text, sized(cols[7].text), sized(cols[8].text)
	return row, len(types) == 0 && len(values) == 0
}

// width is how many bytes a value of a type has; ok is false for types that no
// column of ours has.
func width(kind uint64) (n int, ok bool) {
	switch {
	case kind <= 6:
		return [...]int{0, 1, 2, 3, 4, 6, 8}[kind], true
	case kind == 8, kind == 9:
		return 0, true
	case kind >= 12 && kind <= 2*maxPayload+13:
		return int(kind-12) / 2, true
	}
	return 0, false
}

// number is a value as a whole number: 8 and 9 are the types of 0 and 1.
func number(kind uint64, b []byte) (n int64) {
	if kind > 6 {
		return int64(kind & 1)
	}
	if len(b) > 0 && b[0] >= 0x80 {
		n = -1
	}
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}
