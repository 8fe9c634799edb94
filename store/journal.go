package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "github.com/mattn/go-sqlite3" // the engine; it registers itself as "sqlite3"
)

//go:embed schema.sql
var schema string

const (
	// applicationID marks the file as ours: "kasr". A foreign database is
	// refused instead of being adopted.
	applicationID = 0x6b617372
	// version is this program's schema, in PRAGMA user_version.
	version = 1

	maxBody = 64 << 10 // bytes of one row's document
	maxKind = 32

	// walPages bounds the write-ahead log: at 4 kB a page it is carried back
	// into the database after 1 MB.
	walPages = 256
	walBytes = 4 << 20
)

// Reasons to refuse a file, or to stop.
var (
	ErrForeign = errors.New("it is not a kasir journal")
	ErrNewer   = errors.New("it was written by a newer program")
	ErrBusy    = errors.New("another program is writing it")
	ErrStopped = errors.New("the journal has stopped after an earlier error; open it again")
)

// Entry is one fact to be remembered.
type Entry struct {
	Kind   string    // [a-z.], 1 to 32 characters
	Order  string    // order id, or ""
	Amount int64     // whole rupiah; 0 when it is not about money
	Day    int32     // business day as the caller reckons it, yyyymmdd
	At     time.Time // time of day, kept to the millisecond; for reports only
	Body   []byte    // the whole fact, JSON, up to 64 KiB
}

// Row is an Entry in its place in the chain.
type Row struct {
	Seq int64 // from 1, without gaps
	Entry
	Prev, Hash [32]byte
}

// Journal is an open journal. Its methods may be used by several goroutines;
// appends take turns.
type Journal struct {
	path     string
	id       string
	db       *sql.DB
	readOnly bool

	mu      sync.Mutex
	conn    *sql.Conn // the only one that writes
	insert  *sql.Stmt
	seq     int64
	head    [32]byte
	stopped error
	release func()
}

// Options are for Open. The zero value is right for a device.
type Options struct{}

// dsn is the data source name of every connection to a journal.
func dsn(path string, readOnly bool) string {
	q := url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {"5000"},
		"_txlock": {"immediate"}, "_foreign_keys": {"1"}, "mode": {"rwc"},
	}
	if readOnly {
		// The mode of a file that is only read is not ours to set.
		q.Del("_journal_mode")
		q.Set("mode", "ro")
		q.Set("_query_only", "1")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Open opens the journal at path for writing, and creates it when there is no
// file. It refuses a file that is not a journal, one written by a newer
// program, a damaged one, and one that another program is writing.
func Open(ctx context.Context, path string, _ Options) (*Journal, error) {
	j, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	return j, nil
}

func open(ctx context.Context, path string) (*Journal, error) {
	if err := inspect(path); err != nil {
		return nil, err
	}
	release, err := lock(path + ".lock")
	if err != nil {
		return nil, err
	}
	unclean := exists(path + "-wal") // a clean close leaves none behind
	if err := touch(path); err != nil {
		release()
		return nil, err
	}
	db, err := sql.Open("sqlite3", dsn(path, false))
	if err != nil {
		release()
		return nil, err
	}
	db.SetMaxOpenConns(1)
	j := &Journal{path: path, db: db, release: release}
	if err := j.start(ctx, unclean); err != nil {
		err = errors.Join(err, j.Close())
		return nil, err
	}
	return j, nil
}

// start makes the one connection ready to append.
func (j *Journal) start(ctx context.Context, unclean bool) error {
	var err error
	if j.conn, err = j.db.Conn(ctx); err != nil {
		return err
	}
	if err := j.migrate(ctx); err != nil {
		return err
	}
	if unclean {
		if err := quickCheck(ctx, j.conn); err != nil {
			return err
		}
	}
	for _, pragma := range []string{
		fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", walPages),
		fmt.Sprintf("PRAGMA journal_size_limit = %d", walBytes),
	} {
		if _, err := j.conn.ExecContext(ctx, pragma); err != nil {
			return err
		}
	}
	if err := j.load(ctx); err != nil {
		return err
	}
	j.insert, err = j.conn.PrepareContext(ctx,
		`INSERT INTO journal (seq, kind, order_, amount, day, at, body, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	return err
}

// load reads who this journal is and where it ends.
func (j *Journal) load(ctx context.Context) error {
	if err := j.conn.QueryRowContext(ctx, `SELECT id FROM identity`).Scan(&j.id); err != nil {
		return fmt.Errorf("read identity: %w", err)
	}
	j.head = genesis(j.id)
	var hash []byte
	err := j.conn.QueryRowContext(ctx, `SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1`).Scan(&j.seq, &hash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("read last row: %w", err)
	}
	copy(j.head[:], hash)
	return nil
}

// migrate checks whose file this is, and brings it to this program's version.
func (j *Journal) migrate(ctx context.Context) error {
	app, ver, tables, err := marks(ctx, j.conn)
	switch {
	case err != nil:
		return err
	case app == 0 && ver == 0 && tables == 0:
		return j.create(ctx)
	case app != applicationID:
		return ErrForeign
	case ver > version:
		return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, ver, version)
	}
	return nil
}

// create makes an empty file a journal, with an identity of its own: a device
// whose card was replaced must not be taken for one that asks again.
func (j *Journal) create(ctx context.Context) error {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return err
	}
	tx, err := j.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range []string{
		schema,
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
		fmt.Sprintf("PRAGMA user_version = %d", version),
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("create tables: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO identity (one, id) VALUES (1, ?)`, hex.EncodeToString(id)); err != nil {
		return fmt.Errorf("create identity: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("create tables: %w", err)
	}
	return syncDir(filepath.Dir(j.path))
}

// marks reads what tells one SQLite file from another.
func marks(ctx context.Context, c *sql.Conn) (app, ver, tables int64, err error) {
	for query, into := range map[string]*int64{
		"PRAGMA application_id":              &app,
		"PRAGMA user_version":                &ver,
		"SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := c.QueryRowContext(ctx, query).Scan(into); err != nil {
			return 0, 0, 0, fmt.Errorf("%w: %w", ErrForeign, err)
		}
	}
	return app, ver, tables, nil
}

// quickCheck looks for damage that SQLite itself can see.
func quickCheck(ctx context.Context, c *sql.Conn) error {
	var verdict string
	if err := c.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check after an unclean stop: %w", err)
	}
	if verdict != "ok" {
		return &BrokenError{Why: "after an unclean stop: " + verdict}
	}
	return nil
}

// ID is the journal's identity: 32 hexadecimal digits, made with the file.
func (j *Journal) ID() string { return j.id }

// Head is the last row's number and hash; 0 and the genesis hash when there is
// none. Whoever keeps it elsewhere can tell that rows were cut off the end.
func (j *Journal) Head() (seq int64, hash [32]byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq, j.head
}

// Close ends the handle. A clean close leaves only the database file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stopped == nil {
		j.stopped = errors.New("closed")
	}
	var errs []error
	if j.insert != nil {
		errs = append(errs, j.insert.Close())
		j.insert = nil
	}
	if j.conn != nil {
		errs = append(errs, j.conn.Close())
		j.conn = nil
	}
	errs = append(errs, j.db.Close())
	if j.release != nil {
		j.release()
		j.release = nil
	}
	return errors.Join(errs...)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
