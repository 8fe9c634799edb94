package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "github.com/mattn/go-sqlite3" // the engine; it registers itself as "sqlite3"
)

const (
	maxBody  = 64 << 10 // bytes of one row's document
	maxKind  = 32       // characters
	maxOrder = 64       // characters

	// walPages bounds the write-ahead log: at 4 kB a page it is carried back
	// into the database after 1 MB. walBytes is what one large append may leave
	// of it.
	walPages  = 256
	walBytes  = 4 << 20
	pageBytes = 4096 // SQLite's own default
)

// Entry is one fact to be remembered.
type Entry struct {
	Kind   string    // [a-z.], 1 to 32 characters
	Order  string    // order id, up to 64 printable ASCII characters without blanks, or ""
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
	path string // resolved
	id   string
	view *view // nil when this handle writes

	db      *sql.DB   // of the writer
	conn    *sql.Conn // the only one that writes
	insert  *sql.Stmt
	release func()

	mu      sync.Mutex
	seq     int64
	head    [32]byte
	stopped error
	closed  bool
	pages   int // about how many the log has
	every   int // how many make Append carry it back
}

// Options are for Open. The zero value is right for a device.
type Options struct{}

// dsn is the data source name of a connection to a journal. No connection is
// made without it.
func dsn(path string, extra url.Values) string {
	q := url.Values{"_synchronous": {"FULL"}, "_busy_timeout": {"5000"}, "_foreign_keys": {"1"}}
	for name, value := range extra {
		q[name] = value
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

var toWrite = url.Values{"mode": {"rwc"}, "_journal_mode": {"WAL"}, "_txlock": {"immediate"}}

// Open opens the journal at path for writing, and creates it when there is no
// file, for its owner only. It refuses a file that is not a journal
// (ErrForeign), one of a newer program (ErrNewer), one that another handle or
// program is writing (ErrBusy) and one that SQLite finds damaged
// (*BrokenError); after a stop that was not clean, which a write-ahead log left
// behind tells, it has the whole file checked for that. The chain is not
// walked: see Verify.
func Open(ctx context.Context, path string, _ Options) (*Journal, error) {
	j, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, disowned(ctx, path, explain(0, err)))
	}
	return j, nil
}

func open(ctx context.Context, path string) (*Journal, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	release, made, err := lock(path + ".lock")
	if err != nil {
		return nil, err
	}
	if err := finish(path); err != nil {
		release()
		return nil, fmt.Errorf("put the new journal in its place: %w", err)
	}
	j := &Journal{path: path, release: release}
	if err := j.admit(ctx); err != nil {
		if made {
			os.Remove(path + ".lock") // what is beside somebody else's file stays as it was
		}
		release()
		return nil, err
	}
	unclean := exists(path + "-wal") // a clean close leaves none behind
	err = j.start(ctx, unclean)
	if err == nil && unclean {
		err = missed(ctx, path, Row{Seq: j.seq, Hash: j.head})
	}
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// admit refuses somebody else's file without touching it.
func (j *Journal) admit(ctx context.Context) error {
	sure, err := inspect(j.path)
	if err == nil && sure && gone(j.path) {
		return behind(ctx, j.path)
	}
	if err != nil || sure {
		return err
	}
	v, err := openView(ctx, j.path)
	if err != nil {
		return err
	}
	var m marks
	err = v.read(ctx, func(q querier) (err error) { m, err = readMarks(ctx, q); return })
	if err == nil && !m.empty() {
		err = m.ours()
	}
	if err = errors.Join(explain(0, err), v.close()); err == nil && m.empty() {
		err = behind(ctx, j.path)
	}
	return err
}

// found makes sure that the file and its name are there, durably and for its owner
// only: SQLite would create it readable for everybody.
func (j *Journal) found(ctx context.Context) error {
	is, err := unwritten(j.path)
	if err != nil {
		return err
	}
	if is {
		err = create(ctx, j.path)
	} else {
		err = touch(j.path)
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(j.path))
}

// start makes the one connection ready to append.
func (j *Journal) start(ctx context.Context, unclean bool) error {
	if err := j.found(ctx); err != nil {
		return err
	}
	if unclean {
		if err := renew(j.path); err != nil {
			return err
		}
	}
	var err error
	if j.db, err = sql.Open("sqlite3", dsn(j.path, toWrite)); err != nil {
		return err
	}
	j.db.SetMaxOpenConns(1)
	if j.conn, err = j.db.Conn(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, j.conn); err != nil {
		return err
	}
	if unclean {
		if err := check(ctx, j.conn, "quick_check"); err != nil {
			return fmt.Errorf("check after an unclean stop: %w", err)
		}
	}
	j.every = walPages
	if log, err := os.Stat(j.path + "-wal"); err == nil {
		j.pages = int(log.Size() / pageBytes)
	}
	// SQLite's own carrying back is for when the count of pages is far out.
	bounds := fmt.Sprintf("PRAGMA wal_autocheckpoint = %d; PRAGMA journal_size_limit = %d", 2*walPages, walBytes)
	if _, err := j.conn.ExecContext(ctx, bounds); err != nil {
		return err
	}
	// That it cannot be written is better known now than at the first sale.
	if _, err := j.conn.ExecContext(ctx, "BEGIN IMMEDIATE; DELETE FROM journal WHERE 0; ROLLBACK"); err != nil {
		return fmt.Errorf("try to write: %w", err)
	}
	if err := j.load(ctx, j.conn); err != nil {
		return err
	}
	j.insert, err = j.conn.PrepareContext(ctx, `INSERT INTO journal (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	return err
}

// load reads who this journal is and where it ends.
func (j *Journal) load(ctx context.Context, q querier) error {
	err := q.QueryRowContext(ctx, `SELECT id FROM identity`).Scan(&j.id)
	if errors.Is(err, sql.ErrNoRows) {
		return &BrokenError{Why: "it has no identity"}
	}
	if err != nil {
		return fmt.Errorf("read identity: %w", err)
	}
	j.seq, j.head = 0, genesis(j.id)
	var hash []byte
	err = q.QueryRowContext(ctx, `SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1`).Scan(&j.seq, &hash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("read last row: %w", err)
	}
	j.head = sized(hash)
	return nil
}

// ID is the journal's identity: 32 hexadecimal digits, made with the file and
// part of every row's hash. A device with another one has forgotten its past.
func (j *Journal) ID() string { return j.id }

// Head is the last row's number and hash; 0 and the genesis hash when there is
// none. Whoever keeps it elsewhere can tell that rows were cut off the end. Of
// a journal that is only read it is the head at the time it was opened.
func (j *Journal) Head() (seq int64, hash [32]byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq, j.head
}

// Close ends the handle; a second call does nothing. A clean close leaves the
// database file and an empty lock, unless somebody is reading beside it: then
// the log stays too, and the next Open checks the file for nothing.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	if j.stopped == nil {
		j.stopped = errors.New("it was closed")
	}
	if j.view != nil {
		return j.view.close()
	}
	var errs []error
	if j.insert != nil {
		errs = append(errs, j.insert.Close())
	}
	if j.conn != nil {
		errs = append(errs, j.conn.Close())
	}
	if j.db != nil {
		errs = append(errs, j.db.Close())
	}
	j.release()
	return errors.Join(errs...)
}
