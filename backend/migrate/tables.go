package migrate

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"hash"
)

// Where a table comes from.
const (
	inBook     = "book"
	inPapers   = "papers"
	inJournals = "journals"
)

// table is one of a file's and where it goes. Tables that are sums of others
// (SQLite's hourly takings) are made anew and not moved.
type table struct {
	file, name, into string
	columns          []string // the same in both
	key              string   // their order
	booleans         []int    // columns that SQLite keeps as 0 and 1
	texts            []int    // and as bytes what is text
	derived          []string // further columns of the database's
	derive           func(m *mover, row []any) ([]any, error)
}

var tables = []table{
	{inBook, "orders", "orders", []string{"order_id", "version", "watched", "body"}, "order_id", []int{2}, []int{0, 3},
		[]string{"part", "device", "state", "amount", "asked_ms", "settled_ms", "paid", "alarmed"}, ofOrder},
	{inBook, "facts", "facts", []string{"order_id", "n", "kind", "at_ms", "body"}, "order_id, n", nil, []int{0, 2, 4}, nil, nil},
	{inBook, "devices", "devices", []string{"device", "next", "latest"}, "device", nil, []int{0}, nil, nil},
	{inBook, "news", "news", []string{"device", "seq", "order_id"}, "device, seq", nil, []int{0, 2}, nil, nil},
	{inBook, "secrets", "secrets", []string{"name", "body"}, "name", nil, []int{0}, nil, nil},
	{inBook, "wallets", "wallets", []string{"customer", "version", "watched", "body"}, "customer", []int{2}, []int{0, 3}, []string{"state"}, ofWallet},
	{inBook, "wallet_facts", "wallet_facts", []string{"customer", "n", "kind", "at_ms", "body"}, "customer, n", nil, []int{0, 2, 4}, nil, nil},
	{inBook, "links", "links", []string{"link_id", "customer", "body"}, "link_id", nil, []int{0, 1, 2}, []string{"account"}, ofLink},
	{inBook, "epoch", "epoch", []string{"one", "id"}, "one", nil, []int{1}, nil, nil},
	{inPapers, "papers", "papers", []string{"kind", "id", "version", "key", "open", "at_ms", "body"}, "kind, id", []int{4}, []int{0, 1, 3, 6},
		[]string{"asked_ms"}, ofPaper},
	{inPapers, "versions", "paper_versions", []string{"kind", "id", "version", "at_ms", "body"}, "kind, id, version", nil, []int{0, 1, 4}, nil, nil},
	{inJournals, "journal_copies", "journal_copies", []string{"id", "device", "journal", "version", "branch", "seq", "hash", "at_ms",
		"flag", "flag_seq", "flag_ms", "seen"}, "id", nil, []int{1, 2, 8, 11}, nil, nil},
	{inJournals, "journal_rows", "journal_rows", []string{"copy", "branch", "seq", "kind", "order_id", "amount", "day", "at_ms", "body", "hash"},
		"copy, branch, seq", nil, []int{3, 4}, nil, nil},
	{inJournals, "journal_doubts", "journal_doubts", []string{"order_id", "device", "amount", "seq", "at_ms"}, "order_id, device", nil, []int{0, 1}, nil, nil},
}

// numbered has the next copy of a journal get a number that none has.
const numbered = `SELECT setval(pg_get_serial_sequence('journal_copies', 'id'), coalesce(max(id), 0) + 1, false) FROM journal_copies`

func ofOrder(m *mover, row []any) ([]any, error) {
	var f struct {
		Device    string `json:"device"`
		State     string `json:"state"`
		Amount    int64  `json:"amount"`
		AskedMS   int64  `json:"asked_ms"`
		SettledMS *int64 `json:"settled_ms"`
		Paid      *int64 `json:"paid"`
		Alarm     string `json:"alarm"`
	}
	err := parse(row[3], &f)
	return []any{int32(m.part(f.Device)), f.Device, f.State, f.Amount, f.AskedMS, f.SettledMS, f.Paid, f.Alarm != ""}, err
}

func ofWallet(_ *mover, row []any) ([]any, error) {
	var f struct {
		State string `json:"state"`
	}
	err := parse(row[3], &f)
	return []any{f.State}, err
}

func ofLink(_ *mover, row []any) ([]any, error) {
	var a struct {
		Account string `json:"account"`
	}
	err := parse(row[2], &a)
	return []any{a.Account}, err
}

func ofPaper(_ *mover, row []any) ([]any, error) {
	var p struct {
		AskedMS int64 `json:"asked_at_ms"`
	}
	// A paper of another kind may say anything there, or hold no object at all.
	if parse(row[6], &p) != nil {
		p.AskedMS = 0
	}
	return []any{p.AskedMS}, nil
}

func parse(body any, into any) error {
	text, ok := body.(string)
	if !ok {
		return fmt.Errorf("a body is a %T", body)
	}
	return json.Unmarshal([]byte(text), into)
}

// source is a table's rows on their way; it is a pgx.CopyFromSource.
type source struct {
	rows *sql.Rows
	table
	*mover
	sum hash.Hash
	n   int64
	row []any
	err error
}

func (s *source) Next() bool {
	if s.err != nil || !s.rows.Next() {
		return false
	}
	row := make([]any, len(s.columns))
	at := make([]any, len(row))
	for i := range row {
		at[i] = &row[i]
	}
	if s.err = s.rows.Scan(at...); s.err != nil {
		return false
	}
	for _, i := range s.texts {
		if text, ok := row[i].([]byte); ok {
			row[i] = string(text)
		}
	}
	for _, i := range s.booleans {
		row[i] = row[i] == int64(1)
	}
	digest(s.sum, row)
	s.n++
	if s.derive != nil {
		var more []any
		if more, s.err = s.derive(s.mover, row); s.err != nil {
			return false
		}
		row = append(row, more...)
	}
	s.row = row
	return true
}

func (s *source) Values() ([]any, error) { return s.row, s.err }

func (s *source) Err() error {
	if s.err != nil {
		return s.err
	}
	return s.rows.Err()
}
