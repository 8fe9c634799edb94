package store

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

var exports = map[string]func(io.Writer, iter.Seq2[Row, error]) error{"text": WriteText, "csv": WriteCSV, "json": WriteJSON}

// written are rows of a day, and after them what somebody might make of rows
// by hand.
func written() []Row {
	evil := entry("settled\x1b[2J", -5)
	evil.Order, evil.Body = "=1+1\n@x", []byte("not JSON \x1b")
	formula := entry("settled", 25_000)
	formula.Order, formula.Body = "=cmd()", []byte(`{ "note": "a <b> & \"c\"" }`)
	late := entry("opened", 10_000_000)
	late.At = noon.Add(987 * time.Millisecond).In(time.FixedZone("WIB", 7*3600))
	var rows []Row
	head := genesis("0123456789abcdef0123456789abcdef")
	for _, e := range []Entry{{Kind: "joined", Day: 20261121, At: noon, Body: []byte(`{}`)}, late, formula, evil} {
		r := Row{Seq: int64(len(rows) + 1), Entry: e, Prev: head}
		r.Hash = r.sum()
		head = r.Hash
		rows = append(rows, r)
	}
	return rows
}

func each(rows []Row, err error) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(Row{}, err)
		}
	}
}

func TestExports(t *testing.T) {
	for name, write := range exports {
		var got bytes.Buffer
		if err := write(&got, each(written(), nil)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "export."+name)
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got.Bytes(), want)
		}
		if name != "csv" && bytes.Contains(got.Bytes(), []byte("\x1b")) {
			t.Errorf("%s: a terminal would obey it", name)
		}
	}
}

func TestCSVRunsNothing(t *testing.T) {
	var b bytes.Buffer
	if err := WriteCSV(&b, each(written(), nil)); err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(table) != 5 {
		t.Fatalf("%d rows, %v, want 5", len(table), err)
	}
	for _, row := range table[1:] {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) && table[0][i] != "amount" {
				t.Errorf("%s %q: a spreadsheet would run it", table[0][i], cell)
			}
		}
	}
	if got, want := table[3][4], "'=cmd()"; got != want {
		t.Errorf("order = %q, want %q", got, want)
	}
	if got, want := table[2][5], "10000000"; got != want {
		t.Errorf("amount = %q, want %q", got, want)
	}
}

// Whoever has only the JSON can check the chain: every hashed byte is in it.
func TestJSONHasAllThatIsHashed(t *testing.T) {
	j := newJournal(t)
	for _, r := range written()[:3] {
		if _, err := j.Append(t.Context(), r.Entry); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := WriteJSON(&b, j.Rows(t.Context(), 1)); err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Seq, Amount int64
		At          time.Time
		Day         int32
		Kind        string
		Order       string `json:"order_id"`
		Body        json.RawMessage
		Prev, Hash  string
	}
	if err := json.Unmarshal(b.Bytes(), &rows); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	head := genesis(j.ID())
	for _, r := range rows {
		row := Row{Seq: r.Seq, Prev: head, Entry: Entry{Kind: r.Kind, Order: r.Order, Amount: r.Amount, Day: r.Day, At: r.At, Body: r.Body}}
		if head = row.sum(); fmt.Sprintf("%x %x", row.Prev, head) != r.Prev+" "+r.Hash {
			t.Errorf("row %d: hash %x, want %s", r.Seq, head, r.Hash)
		}
	}
	if _, want := j.Head(); head != want || len(rows) != 3 {
		t.Errorf("%d rows end in %x, want 3 and %x", len(rows), head, want)
	}
}

// What can be read is written, and then the error is said.
func TestExportsStopAtTheFirstError(t *testing.T) {
	broken := errors.New("page 7 cannot be read")
	for name, write := range exports {
		var b bytes.Buffer
		if err := write(&b, each(written()[:2], broken)); !errors.Is(err, broken) {
			t.Errorf("%s: %v, want %v", name, err, broken)
		}
		if !strings.Contains(b.String(), "toko-1-10000000") {
			t.Errorf("%s: the row before the error is missing:\n%s", name, b.String())
		}
		if name == "json" && !json.Valid(b.Bytes()) {
			t.Errorf("not JSON: %s", b.String())
		}
		b.Reset()
		if err := write(&b, each(nil, nil)); err != nil || strings.Contains(b.String(), "toko") {
			t.Errorf("%s of nothing: %q, %v", name, b.String(), err)
		}
		if err := write(full{}, each(written(), nil)); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, want that it cannot be written", name, err)
		}
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
