package wire

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"
)

// A device sends its journal, a page at a time, when it has nothing better to do:
//
//	POST /v1/devices/{device}/journal  JournalPage -> JournalTaken
//
// Each row has the hash of itself and of the one before it, so that whoever has
// them all knows that none was changed, left out or taken back. A page without
// rows only says how the device is, and asks which row is wanted next. The body
// may be compressed (Content-Encoding: gzip).

// Limits of a page.
const (
	MaxJournalPage = 512 << 10 // bytes of a body, also after it is unpacked
	MaxJournalRows = 128
	MaxRowBody     = 64 << 10 // bytes of one row's document
	MaxRowKind     = 32       // characters
)

// JournalPage is rows of a device's journal, and what the device says of itself.
type JournalPage struct {
	Journal string       `json:"journal"`         // the journal's identity, see Open
	Head    int64        `json:"head"`            // how many rows it has
	Asked   int64        `json:"asked,omitempty"` // Next of the answer before; 0 for the first page of a device's life
	From    int64        `json:"from,omitempty"`  // the number of the first of Rows
	Prev    Hash         `json:"prev,omitzero"`   // the hash of the row before that
	Rows    []JournalRow `json:"rows"`

	Version string `json:"version,omitempty"` // of the device's program; this and the rest for people, as with a Hello
	Board   string `json:"board,omitempty"`
	Clock   int64  `json:"clock_ms,omitempty"`
	Unsent  int64  `json:"unsent,omitempty"`
}

// JournalTaken answers a page.
type JournalTaken struct {
	// Next is the number of the row that is wanted next, Head+1 when all are
	// there. 0: none, before a person has looked into why this journal is not
	// what it was.
	Next int64 `json:"next"`
}

// Kinds of rows that mean something here. The others are kept as they are.
const (
	RowSettled  = "settled"  // the device was told that an order was paid
	RowCrew     = "crew"     // somebody's PIN, as a hash
	RowSnapshot = "snapshot" // what all rows before it add up to
)

// Withheld reports whether rows of this kind travel without their document: what
// is in it is no business of a backend's, or is there already. Its hash is still
// part of the chain.
func Withheld(kind string) bool { return kind == RowCrew || kind == RowSnapshot }

// JournalRow is one row. Its document is in Text where that is UTF-8, and else in
// Raw; in neither when it is withheld.
type JournalRow struct {
	Kind     string `json:"kind"`
	Order    string `json:"order,omitempty"`
	Amount   int64  `json:"amount,omitempty"` // rupiah
	Day      int32  `json:"day,omitempty"`    // yyyymmdd
	At       int64  `json:"at_ms"`            // Unix milliseconds, by the device's clock
	Text     string `json:"text,omitempty"`
	Raw      []byte `json:"raw,omitempty"`
	Withheld bool   `json:"withheld,omitempty"`
	Hash     Hash   `json:"hash"`
}

// Hold puts a document into the row, or leaves it out when it is to be.
func (r *JournalRow) Hold(body []byte) {
	r.Text, r.Raw, r.Withheld = "", nil, Withheld(r.Kind)
	switch {
	case r.Withheld:
	case utf8.Valid(body):
		r.Text = string(body)
	default:
		r.Raw = body
	}
}

// Body is the row's document.
func (r JournalRow) Body() []byte {
	if len(r.Raw) > 0 {
		return r.Raw
	}
	return []byte(r.Text)
}

// Follows says what the row's hash must be as row number seq after one with the
// hash prev. It is the same as the device's (package store), and as everlasting:
// SHA-256 over prev, then number, amount, day and time as eight bytes each, big
// end first, then kind, order and document, each with its length before it. Of a
// row that is withheld nobody can say, and its own word is taken.
func (r JournalRow) Follows(seq int64, prev Hash) (sum Hash) {
	if r.Withheld {
		return r.Hash
	}
	h := sha256.New()
	h.Write(prev[:])
	var word [8]byte
	put := func(n int64) {
		binary.BigEndian.PutUint64(word[:], uint64(n))
		h.Write(word[:])
	}
	for _, n := range []int64{seq, r.Amount, int64(r.Day), r.At} {
		put(n)
	}
	for _, field := range [][]byte{[]byte(r.Kind), []byte(r.Order), r.Body()} {
		put(int64(len(field)))
		h.Write(field)
	}
	h.Sum(sum[:0])
	return sum
}

// JournalGenesis is what the first row of a journal has for the hash before it.
func JournalGenesis(journal string) Hash { return sha256.Sum256([]byte("kasir journal " + journal)) }

// Check says what is wrong with the form of a page; what it says is another
// matter.
func (p JournalPage) Check() error {
	switch {
	case len(p.Journal) != JournalIDLen:
		return errors.New("journal is not one's identity")
	case p.Head < 0 || p.Asked < 0 || p.Unsent < 0 || p.Clock < 0:
		return errors.New("a number is negative")
	case len(p.Rows) > MaxJournalRows:
		return fmt.Errorf("%d rows, at most %d", len(p.Rows), MaxJournalRows)
	case len(p.Rows) > 0 && (p.From < 1 || p.Head-p.From < int64(len(p.Rows))-1):
		return fmt.Errorf("%d rows from %d on are not in a journal of %d", len(p.Rows), p.From, p.Head)
	}
	if _, err := hex.DecodeString(p.Journal); err != nil {
		return errors.New("journal is not one's identity")
	}
	for i, r := range p.Rows {
		if err := r.check(); err != nil {
			return fmt.Errorf("row %d: %w", p.From+int64(i), err)
		}
	}
	return nil
}

func (r JournalRow) check() error {
	switch {
	case r.Kind == "" || len(r.Kind) > MaxRowKind || len(r.Order) > 64:
		return errors.New("its kind or order is none")
	case len(r.Body()) > MaxRowBody:
		return fmt.Errorf("its document is over %d bytes", MaxRowBody)
	case r.Withheld && (!Withheld(r.Kind) || len(r.Body()) > 0):
		return errors.New("its document must not be withheld")
	}
	for _, c := range []byte(r.Kind + r.Order) {
		if c < '!' || c > '~' {
			return errors.New("its kind or order is not printable")
		}
	}
	return nil
}

// Hash is SHA-256, in JSON 64 hexadecimal digits.
type Hash [32]byte

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(h) || len(text)%2 != 0 {
		return errors.New("a hash has 64 hexadecimal digits")
	}
	_, err := hex.Decode(h[:], text)
	return err
}
