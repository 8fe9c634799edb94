package reconcile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Bounds of a file. A day of a large chain is far below them.
const (
	MaxBytes = 64 << 20
	MaxLines = 200_000
	MaxCell  = 512 // bytes
	maxBad   = 20  // lines that are named before reading stops
)

// Act is what a line of a settlement file is about.
type Act string

// Acts. A line of any other kind, a fee of its own for instance, is Other: it is
// counted and belongs to no order.
const (
	Payment    Act = "payment"
	Refund     Act = "refund"
	Chargeback Act = "chargeback"
	Other      Act = "other"
)

// Line is one line of a settlement file.
type Line struct {
	Number        int    `json:"line"` // in the file, the first is 1
	Act           Act    `json:"act"`
	Order         string `json:"order"`
	TransactionID string `json:"transaction_id,omitempty"`
	Amount        int64  `json:"amount"`           // rupiah, never negative: Act says which way
	Fee           Sen    `json:"fee_sen"`          // what the provider keeps
	Net           Sen    `json:"net_sen"`          // Amount less Fee
	AtMS          int64  `json:"at_ms,omitempty"`  // Unix milliseconds; 0 when the file does not say
	Status        string `json:"status,omitempty"` // in the file's own word
}

// Statement is a settlement file that was read.
type Statement struct {
	SHA256 string // of the file, in hex: the same file is the same statement
	Lines  []Line
	Passed int // lines of transactions that took no money: pending, expired ...
}

// BadLine is a line that cannot be read.
type BadLine struct {
	Number int
	Err    error
}

// ErrFile begins Read's errors that are about the file as a whole.
var ErrFile = errors.New("read settlement file")

// BadFile is Read's error for a file with lines that cannot be read: at most
// twenty of them.
type BadFile struct{ Lines []BadLine }

func (b *BadFile) Error() string {
	first := b.Lines[0]
	if len(b.Lines) == 1 {
		return fmt.Sprintf("read settlement file: line %d: %v", first.Number, first.Err)
	}
	return fmt.Sprintf("read settlement file: line %d: %v (and %d more lines)", first.Number, first.Err, len(b.Lines)-1)
}

// Read reads a settlement file: CSV with a header, separated by commas,
// semicolons or tabs, in UTF-8. Columns are found by their names, see Columns;
// times without a zone are those of zone. A file in which any line cannot be
// read is refused whole, with a *BadFile.
func Read(r io.Reader, names Columns, zone *time.Location) (Statement, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Statement{}, fmt.Errorf("%w: %w", ErrFile, err)
	}
	if len(raw) > MaxBytes {
		return Statement{}, fmt.Errorf("%w: larger than %d MB", ErrFile, MaxBytes>>20)
	}
	sum := sha256.Sum256(raw)
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	table := csv.NewReader(bytes.NewReader(raw))
	table.Comma = separator(raw)
	table.FieldsPerRecord = -1
	header, err := table.Read()
	if errors.Is(err, io.EOF) {
		return Statement{}, fmt.Errorf("%w: it is empty", ErrFile)
	} else if err != nil {
		return Statement{}, fmt.Errorf("%w: %w", ErrFile, err)
	}
	cols, err := names.find(header)
	if err != nil {
		return Statement{}, fmt.Errorf("%w: %w", ErrFile, err)
	}
	cols.zone = zone
	s, err := cols.lines(table, len(header))
	s.SHA256 = hex.EncodeToString(sum[:])
	return s, err
}

// separator is the one of comma, semicolon and tab that the header has most of.
func separator(raw []byte) rune {
	header, _ := bufio.NewReader(bytes.NewReader(raw)).ReadString('\n')
	best := ','
	for _, c := range ";\t" {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}

func (c columns) lines(table *csv.Reader, width int) (Statement, error) {
	var s Statement
	var bad []BadLine
	for len(bad) < maxBad {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if wrong := new(csv.ParseError); errors.As(err, &wrong) {
			// What follows a broken quote is anybody's guess.
			bad = append(bad, BadLine{wrong.StartLine, wrong.Err})
			break
		} else if err != nil {
			return Statement{}, fmt.Errorf("%w: %w", ErrFile, err)
		}
		if blank(row) {
			continue
		}
		number, _ := table.FieldPos(0)
		line, counts, err := c.line(row, width)
		line.Number = number
		switch {
		case err != nil:
			bad = append(bad, BadLine{number, err})
		case !counts:
			s.Passed++
		case len(s.Lines) == MaxLines:
			return Statement{}, fmt.Errorf("%w: more than %d lines", ErrFile, MaxLines)
		default:
			s.Lines = append(s.Lines, line)
		}
	}
	if len(bad) > 0 {
		return Statement{}, &BadFile{bad}
	}
	return s, nil
}

func blank(row []string) bool {
	for _, cell := range row {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
