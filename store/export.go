package store

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
)

// WriteText writes rows for people: one a line, without its body. What was
// changed into something that a terminal would obey is quoted.
func WriteText(w io.Writer, rows iter.Seq2[Row, error]) error {
	b := bufio.NewWriter(w)
	for r, err := range rows {
		if err != nil {
			return join(err, b.Flush())
		}
		amount := ""
		if r.Amount != 0 {
			amount = strconv.FormatInt(r.Amount, 10)
		}
		line := fmt.Sprintf("%6d  %s  %-13s %-33s %11s  %x", r.Seq, stamp(r.At), printable(r.Kind), printable(r.Order), amount, r.Hash[:4])
		if _, err := fmt.Fprintln(b, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	return b.Flush()
}

func printable(s string) string {
	for _, c := range []byte(s) {
		if c < '!' || c > '~' {
			return strconv.QuoteToASCII(s)
		}
	}
	return s
}

// WriteCSV writes rows for spreadsheets. A value that a spreadsheet would take
// for a formula gets an apostrophe before it.
func WriteCSV(w io.Writer, rows iter.Seq2[Row, error]) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"seq", "at", "day", "kind", "order_id", "amount", "hash", "body"}); err != nil {
		return err
	}
	for r, err := range rows {
		if err != nil {
			c.Flush()
			return join(err, c.Error())
		}
		if err := c.Write([]string{
			strconv.FormatInt(r.Seq, 10), stamp(r.At), strconv.Itoa(int(r.Day)), plain(r.Kind), plain(r.Order),
			strconv.FormatInt(r.Amount, 10), fmt.Sprintf("%x", r.Hash), plain(string(r.Body)),
		}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// WriteJSON writes rows as one JSON array, a row at a time. A body is there
// byte for byte, so that its hash can be worked out from it; one that was
// changed into something that is not JSON is a text, bad_body.
func WriteJSON(w io.Writer, rows iter.Seq2[Row, error]) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "[")
	before := "\n"
	for r, err := range rows {
		if err != nil {
			fmt.Fprint(b, "\n]\n")
			return join(err, b.Flush())
		}
		row, err := rowJSON(r)
		if err != nil {
			return join(fmt.Errorf("write row %d: %w", r.Seq, err), b.Flush())
		}
		if _, err := fmt.Fprintf(b, "%s%s", before, row); err != nil {
			return err
		}
		before = ",\n"
	}
	fmt.Fprint(b, "\n]\n")
	return b.Flush()
}

func rowJSON(r Row) ([]byte, error) {
	bad := ""
	if !json.Valid(r.Body) {
		bad = string(r.Body)
	}
	row, err := json.Marshal(struct {
		Seq    int64  `json:"seq"`
		At     string `json:"at"`
		Day    int32  `json:"day"`
		Kind   string `json:"kind"`
		Order  string `json:"order_id,omitempty"`
		Amount int64  `json:"amount,omitempty"`
		Prev   string `json:"prev"`
		Hash   string `json:"hash"`
		Bad    string `json:"bad_body,omitempty"`
	}{r.Seq, stamp(r.At), r.Day, r.Kind, r.Order, r.Amount, fmt.Sprintf("%x", r.Prev), fmt.Sprintf("%x", r.Hash), bad})
	if err != nil || bad != "" || len(r.Body) == 0 {
		return row, err
	}
	// Marshal would take the blanks out of a RawMessage.
	row = append(row[:len(row)-1], `,"body":`...)
	return append(append(row, r.Body...), '}'), nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// join is the first error that there is: what was wrong with the rows says
// more than what was wrong with the writing.
func join(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
