package pgdb

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kasir/backend/pgdb/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const soon = 20 * time.Second

func open(t *testing.T, address string) *DB {
	t.Helper()
	db, err := Open(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// cut ends the connections of db's that match a condition, as a network does.
func cut(t *testing.T, db *DB, where string) {
	t.Helper()
	if _, err := db.Pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND `+where); err != nil {
		t.Fatal(err)
	}
}

func TestMigrate(t *testing.T) {
	db := open(t, pgtest.Database(t))
	steps := []string{`CREATE TABLE a (n int); CREATE TABLE b (n int)`, `ALTER TABLE a ADD COLUMN m int`, `INSERT INTO a VALUES (1, 2)`}
	for n := range len(steps) + 1 {
		if n == 0 {
			continue
		}
		for range 2 { // the second time changes nothing
			if err := db.Migrate(t.Context(), Part{"letters", steps[:n]}); err != nil {
				t.Fatal(n, err)
			}
		}
	}
	var rows int
	if err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM a WHERE m = 2`).Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
	if err := db.Migrate(t.Context(), Part{"letters", steps[:2]}); !errors.Is(err, ErrNewer) {
		t.Errorf("an older release: %v", err)
	}
	bad := Part{"digits", []string{`CREATE TABLE c (n int)`, `CREATE TABLE a (n int)`}}
	if err := db.Migrate(t.Context(), bad); err == nil {
		t.Error("a step that fails is taken for done")
	}
	if _, err := db.Pool.Exec(t.Context(), `CREATE TABLE c (n int)`); err != nil {
		t.Error("half of a migration was kept:", err)
	}
}

func TestMigrateAtOneTime(t *testing.T) {
	address := pgtest.Database(t)
	var all sync.WaitGroup
	for range 4 {
		db := open(t, address)
		all.Go(func() {
			if err := db.Migrate(t.Context(), Part{"letters", []string{`CREATE TABLE a (n int)`}}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestForeign(t *testing.T) {
	db := open(t, pgtest.Database(t))
	if _, err := db.Pool.Exec(t.Context(), `CREATE TABLE customers (n int)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), Part{"letters", []string{`CREATE TABLE a (n int)`}}); !errors.Is(err, ErrForeign) {
		t.Errorf("%v, want ErrForeign", err)
	}
}

func TestClaim(t *testing.T) {
	address := pgtest.Database(t)
	one, two := open(t, address), open(t, address)
	claim := func(db *DB, want ...bool) {
		t.Helper()
		got, _, err := db.Session.Claim(t.Context(), []int64{1, 2, 3}[:len(want)])
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("claimed %v, want %v", got, want)
				return
			}
		}
	}
	claim(one, true, true)
	claim(one, true, true) // once is enough
	claim(two, false, false, true)
	if err := one.Session.Release(t.Context(), []int64{1, 3}); err != nil {
		t.Fatal(err)
	}
	claim(two, true, false, true)

	// What is claimed ends with the connection, and is known to have.
	lives := [2]int64{one.Session.Life(), two.Session.Life()}
	if err := one.Session.Check(t.Context(), []int64{2}); err != nil {
		t.Fatal(err)
	}
	cut(t, two, "true")
	for end := time.Now().Add(soon); one.Session.Life() == lives[0] || two.Session.Life() == lives[1]; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody noticed")
		}
	}
	for _, db := range []*DB{one, two} {
		if err := db.Session.Do(t.Context(), []int64{2}, func(context.Context, *pgx.Conn) error { return nil }); !errors.Is(err, ErrLost) {
			t.Errorf("with a lost lock: %v", err)
		}
	}
	claim(two, true, true, true) // both lost what they had: it is there for the first to come
}

func TestLock(t *testing.T) {
	address := pgtest.Database(t)
	one, two := open(t, address), open(t, address)
	unlock, err := one.Lock(t.Context(), "refund", "a")
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	if _, err := two.Lock(short, "refund", "a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("two have a lock: %v", err)
	}
	got := make(chan error, 1)
	go func() {
		_, err := two.Lock(t.Context(), "refund", "a")
		got <- err
	}()
	unlock()
	select {
	case err := <-got:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(soon):
		t.Error("a lock that was given back is not to be had")
	}
}

func TestListen(t *testing.T) {
	address := pgtest.Database(t)
	one, two := open(t, address), open(t, address)
	heard, resumed := make(chan string, 100), make(chan bool, 100)
	two.Listen(Hearer{Channel: "news", Heard: func(s string) { heard <- s }, Resumed: func() { resumed <- true }})
	<-resumed
	tell := func(text string) {
		t.Helper()
		if err := one.Tell(t.Context(), "news", []string{text}); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-heard:
			if got != text {
				t.Errorf("heard %q, want %q", got, text)
			}
		case <-time.After(soon):
			t.Fatal("heard nothing of", text)
		}
	}
	tell("first")
	tell(strings.Repeat("x", MaxPayload))
	other := make(chan bool, 1)
	two.Listen(Hearer{Channel: "other", Heard: func(string) {}, Resumed: func() { other <- true }})
	<-other
	tell("after another began to listen")
	cut(t, one, `query LIKE 'LISTEN%'`)
	select {
	case <-resumed:
	case <-time.After(soon):
		t.Fatal("it does not listen again")
	}
	tell("after the connection was cut")
}

func TestRedacted(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:secret@h/d?password=other&sslmode=require": "postgres://u:xxxxx@h/d?sslmode=require",
		"postgres://h/d": "postgres://h/d",
		"postgres://%zz": "postgres://?",
	} {
		if got := Redacted(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if _, err := Open(t.Context(), "postgres://u:secret@127.0.0.1:1/d?connect_timeout=1", nil); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v", err)
	}
}
