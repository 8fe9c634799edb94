// Package oldtest holds files of earlier releases against the present one: each
// version of a schema that was ever released is kept as SQL text, with rows in it,
// and must open to the same tables as a new file has, with the rows still there.
// It knows nothing of what is in them. Next room to visit: backend/dbfile, whose
// steps it is about.
package oldtest

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kasir/backend/dbfile"
)

// Kind is a kind of file, as it is tested.
type Kind struct {
	Schema dbfile.Schema
	// Fill puts rows into a file of a version, by what its tables were then. It is
	// used once, when the text of that version is made.
	Fill func(version int, db *sql.DB) error
	// Open opens a file as the program does, checks that what Fill put there can
	// be read, and that more can be written, and closes it.
	Open func(t *testing.T, path string, version int)
}

// Run opens a file of each version. The texts are testdata/version-N.sql; one that
// is missing is made when update is set, and none is ever made anew.
func (k Kind) Run(t *testing.T, update bool) {
	whole := filepath.Join(t.TempDir(), "new.db")
	k.make(t, whole, len(k.Schema.Steps))
	want := shape(t, whole)
	for n := 1; n <= len(k.Schema.Steps); n++ {
		t.Run(fmt.Sprint("version ", n), func(t *testing.T) {
			text := k.text(t, n, update)
			path := filepath.Join(t.TempDir(), "old.db")
			restore(t, path, text)
			for range 2 { // brought up once
				k.Open(t, path, n)
			}
			if got := shape(t, path); !slices.Equal(got, want) {
				t.Errorf("brought up it has\n%s\nand a new file\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			sound(t, path)
		})
	}
}

// text is the file of a version as SQL.
func (k Kind) text(t *testing.T, n int, update bool) string {
	t.Helper()
	file := filepath.Join("testdata", fmt.Sprintf("version-%d.sql", n))
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && update {
		path := filepath.Join(t.TempDir(), "made.db")
		k.make(t, path, n)
		db := connect(t, path)
		if err := k.Fill(n, db); err != nil {
			t.Fatal(err)
		}
		text = []byte(dump(t, db))
		err = errors.Join(db.Close(), os.WriteFile(file, text, 0o644))
	}
	if err != nil {
		t.Fatalf("a version without a text of it (-update makes one): %v", err)
	}
	return string(text)
}

// make makes an empty file of a version.
func (k Kind) make(t *testing.T, path string, n int) {
	t.Helper()
	s := k.Schema
	if s.Steps = s.Steps[:n]; n < len(k.Schema.Steps) {
		s.Ensure = ""
	}
	f, err := dbfile.Open(t.Context(), path, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

func restore(t *testing.T, path, text string) {
	t.Helper()
	db := connect(t, path)
	if _, err := db.Exec(text); err != nil {
		t.Fatalf("make a file of an earlier release: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// lines reads the first column of a query.
func lines(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// shape is all that a file's schema says, and of which version it is.
func shape(t *testing.T, path string) []string {
	t.Helper()
	db := connect(t, path)
	defer db.Close()
	all := lines(t, db, `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name`)
	for _, pragma := range []string{"application_id", "user_version"} {
		all = append(all, pragma+" "+lines(t, db, "PRAGMA "+pragma)[0])
	}
	return all
}

func sound(t *testing.T, path string) {
	t.Helper()
	db := connect(t, path)
	defer db.Close()
	if got := lines(t, db, "PRAGMA integrity_check"); len(got) != 1 || got[0] != "ok" {
		t.Errorf("integrity: %q", got)
	}
}

// dump is a file as SQL: tables, their rows, and then what acts on them.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	var b strings.Builder
	for _, pragma := range []string{"application_id", "user_version"} {
		fmt.Fprintf(&b, "PRAGMA %s = %s;\n", pragma, lines(t, db, "PRAGMA "+pragma)[0])
	}
	for _, s := range lines(t, db, `SELECT sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`) {
		b.WriteString(s + ";\n")
	}
	for _, name := range lines(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`) {
		columns := lines(t, db, `SELECT name FROM pragma_table_info('`+name+`')`) // without those that are generated
		quoted := make([]string, len(columns))
		for i, c := range columns {
			quoted[i] = "quote(" + c + ")"
		}
		for _, row := range lines(t, db, `SELECT `+strings.Join(quoted, " || ', ' || ")+` FROM `+name) {
			fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES (%s);\n", name, strings.Join(columns, ", "), row)
		}
	}
	for _, s := range lines(t, db, `SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid`) {
		b.WriteString(s + ";\n")
	}
	return b.String()
}
