package store

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"
)

func exported(t *testing.T, write func(*bytes.Buffer, iter.Seq2[Row, error]) error) string {
	t.Helper()
	j := newJournal(t)
	e := entry("settled", 25_000)
	e.Order = "=cmd()"
	if _, err := j.Append(t.Context(), entry("opened", 1), e); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(&b, j.Rows(t.Context(), 1)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteText(t *testing.T) {
	text := exported(t, func(b *bytes.Buffer, r iter.Seq2[Row, error]) error { return WriteText(b, r) })
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "2026-11-21T05:00:00.000Z  settled") || !strings.Contains(lines[1], "25000") {
		t.Errorf("got\n%s", text)
	}
}

func TestWriteCSV(t *testing.T) {
	text := exported(t, func(b *bytes.Buffer, r iter.Seq2[Row, error]) error { return WriteCSV(b, r) })
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v\n%s", len(rows), err, text)
	}
	if got, want := rows[2][4], "'=cmd()"; got != want {
		t.Errorf("order = %q, want %q: a spreadsheet would run it", got, want)
	}
	if got, want := rows[2][5], "25000"; got != want {
		t.Errorf("amount = %q, want %q", got, want)
	}
}

func TestWriteJSON(t *testing.T) {
	text := exported(t, func(b *bytes.Buffer, r iter.Seq2[Row, error]) error { return WriteJSON(b, r) })
	var rows []struct {
		Seq  int64
		Body struct{ Amount int64 }
		Prev string
		Hash string
	}
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(rows) != 2 || rows[1].Body.Amount != 25_000 || rows[1].Prev != rows[0].Hash {
		t.Errorf("got %+v", rows)
	}
	var empty bytes.Buffer
	if err := WriteJSON(&empty, func(func(Row, error) bool) {}); err != nil || json.Unmarshal(empty.Bytes(), &rows) != nil || len(rows) != 0 {
		t.Errorf("an empty journal is %q, %v", empty.String(), err)
	}
}

// What can be read is written, and then the error is said.
func TestExportsStopAtTheFirstError(t *testing.T) {
	broken := errors.New("page 7 cannot be read")
	rows := func(yield func(Row, error) bool) {
		e := entry("settled", 3)
		if yield(Row{Seq: 1, Entry: e}, nil) {
			yield(Row{}, broken)
		}
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text": func(b *bytes.Buffer) error { return WriteText(b, rows) },
		"csv":  func(b *bytes.Buffer) error { return WriteCSV(b, rows) },
		"json": func(b *bytes.Buffer) error { return WriteJSON(b, rows) },
	} {
		var b bytes.Buffer
		if err := write(&b); !errors.Is(err, broken) {
			t.Errorf("%s: %v, want %v", name, err, broken)
		}
		if !strings.Contains(b.String(), "toko-1-00000003") {
			t.Errorf("%s: the row before the error is missing:\n%s", name, b.String())
		}
		if name == "json" && !json.Valid(b.Bytes()) {
			t.Errorf("not JSON: %s", b.String())
		}
	}
}
