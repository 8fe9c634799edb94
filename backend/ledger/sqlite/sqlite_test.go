package sqlite

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/ledger/booktest"
)

func openAt(t *testing.T, path string) *Book {
	t.Helper()
	b, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestContract(t *testing.T) {
	booktest.Run(t,
		func(t *testing.T) ledger.Book { return openAt(t, filepath.Join(t.TempDir(), "a book?#%.db")) },
		func(t *testing.T, b ledger.Book) ledger.Book {
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			return openAt(t, b.(*Book).path)
		})
}

// TestEveryConnectionSyncs: the driver's own default would not.
func TestEveryConnectionSyncs(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "b.db"))
	booktest.Ask(t, b, "KASIR-00000001", 1)
	check := func(name string, conn *sql.Conn) {
		t.Helper()
		for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "busy_timeout": "5000"} {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s = %q (%v), want %q", name, pragma, got, err, want)
			}
		}
	}
	check("pen", b.pen.conn)
	for i := range readers {
		conn, err := b.read.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		check(fmt.Sprint("reader ", i), conn)
		if _, err := conn.ExecContext(t.Context(), "DELETE FROM devices"); err == nil {
			t.Error("a reader may write")
		}
	}
}

// TestSweepIsFlat: what the sweep reads does not grow with the orders of years.
func TestSweepIsFlat(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "b.db"))
	var id, parent, unused int
	var plan string
	if err := b.read.QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN "+sqlWatched, "", 1).Scan(&id, &parent, &unused, &plan); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(plan, "USING INDEX orders_watched") {
		t.Errorf("plan: %s", plan)
	}
}

func TestAppendOnly(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "b.db"))
	f := booktest.Ask(t, b, "KASIR-00000001", 1)
	booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled})
	for _, vandal := range []string{
		"UPDATE facts SET body = '{}'", "DELETE FROM facts", "UPDATE news SET seq = seq + 1", "DELETE FROM news",
		"DELETE FROM orders", "UPDATE orders SET version = 1",
	} {
		if _, err := b.pen.conn.ExecContext(t.Context(), vandal); err == nil {
			t.Errorf("%s went through", vandal)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	make := func(script string) string {
		path := filepath.Join(t.TempDir(), "b.db")
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(script); err != nil {
			t.Fatal(err)
		}
		return path
	}
	garbage := filepath.Join(t.TempDir(), "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	inUse := filepath.Join(t.TempDir(), "b.db")
	openAt(t, inUse)
	for _, test := range []struct {
		name, path string
		want       error // nil: any
	}{
		{"another program's database", make("CREATE TABLE songs (name TEXT)"), ErrForeign},
		{"a later release's", make(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 99; CREATE TABLE x (y)", applicationID)), ErrNewer},
		{"one in use", inUse, ErrInUse},
		{"garbage", garbage, nil},
		{"a directory", t.TempDir(), nil},
		{"nowhere", "/does/not/exist/b.db", nil},
	} {
		b, err := Open(t.Context(), test.path)
		if err == nil {
			b.Close()
		}
		if err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// TestAfterAFailedCommit: the connection is not used again, and the next
// commit works on a log that was written anew.
func TestAfterAFailedCommit(t *testing.T) {
	b := openAt(t, filepath.Join(t.TempDir(), "b.db"))
	f := booktest.Ask(t, b, "KASIR-00000001", 1)
	first := b.pen.conn
	if _, err := first.ExecContext(t.Context(), "PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	full := make([]ledger.Entry, 0, 500)
	for i := range cap(full) {
		r := ledger.Record{Kind: ledger.KindAsked, Order: fmt.Sprintf("KASIR-%08d", i+10), Device: "KASIR",
			Number: int64(i + 10), Amount: 1, Journal: strings.Repeat("j", 64)}
		var c ledger.Charge
		c.Apply(r)
		full = append(full, ledger.Entry{Facts: c.Facts, Records: []ledger.Record{r}})
	}
	if err := b.Commit(t.Context(), full); err == nil {
		t.Fatal("a full disk took everything")
	}
	if b.pen != nil || b.wound == nil {
		t.Error("the pen is still in use")
	}
	booktest.Enter(t, b, f, true, ledger.Record{Kind: ledger.KindCancelled})
	if b.pen.conn == first {
		t.Error("the same connection again")
	}
	if _, ok, _ := b.Order(t.Context(), "KASIR-00000010"); ok {
		t.Error("part of the failed commit is there")
	}
	if err := b.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	b.Close()
	if err := b.Commit(t.Context(), full); err == nil {
		t.Error("commit to a closed book")
	}
}

// TestKilled kills a writing process and looks whether all it had reported as
// written is there, and nothing half.
func TestKilled(t *testing.T) {
	if path := os.Getenv("BOOK_TO_WRITE"); path != "" {
		scribble(path)
		return
	}
	path := filepath.Join(t.TempDir(), "b.db")
	for round := range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "BOOK_TO_WRITE="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var last string
		for lines, n := bufio.NewScanner(out), 0; lines.Scan(); n++ {
			if last = lines.Text(); n == 20+13*round {
				cmd.Process.Kill()
			}
		}
		cmd.Wait()
		b := openAt(t, path)
		f, ok, err := b.Order(t.Context(), last)
		if err != nil || !ok || f.State != ledger.Cancelled {
			t.Errorf("round %d: %s: %v %v %s", round, last, ok, err, f.State)
		}
		d, err := b.Device(t.Context(), "KASIR")
		if err != nil || d.Next-1 != d.Latest || d.Next <= f.Number {
			t.Errorf("round %d: device %+v after order %d, %v", round, d, f.Number, err)
		}
		b.Close()
	}
}

// scribble writes orders, each in one commit, and says so, until it is killed.
func scribble(path string) {
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	b, err := Open(ctx, path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	d, _ := b.Device(ctx, "KASIR")
	for n := d.Next; ctx.Err() == nil; n++ {
		var c ledger.Charge
		records := []ledger.Record{
			{Kind: ledger.KindAsked, Order: fmt.Sprintf("KASIR-%08d", n), Device: "KASIR", Number: n, Amount: 1},
			{Kind: ledger.KindCancelled},
		}
		for _, r := range records {
			c.Apply(r)
		}
		if err := b.Commit(ctx, []ledger.Entry{{Facts: c.Facts, Records: records, News: true}}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(c.Order)
	}
}
