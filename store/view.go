package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
)

// OpenReadOnly opens a journal beside a running till, to be read. It creates
// nothing beside the journal, not even a lock, and changes nothing: not what a
// power cut left, and not on a card that cannot be written. It is for a program
// of its own: the process that writes a journal reads it from its own handle,
// because closing a second one would drop the locks of the first.
func OpenReadOnly(ctx context.Context, path string) (*Journal, error) {
	j, err := openReadOnly(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, disowned(ctx, path, explain(0, err)))
	}
	return j, nil
}

func openReadOnly(ctx context.Context, path string) (*Journal, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	v, err := openView(ctx, path)
	if err != nil {
		return nil, err
	}
	j := &Journal{path: path, view: v}
	err = v.read(ctx, func(q querier) error {
		m, err := readMarks(ctx, q)
		if err == nil {
			err = m.ours()
		}
		if err != nil {
			return err
		}
		return j.load(ctx, q)
	})
	if err != nil {
		return nil, errors.Join(err, v.close())
	}
	return j, nil
}

// view is a way to read a database that somebody else may be writing, without
// leaving a trace. SQLite needs a log and an index of the log to read a
// database in WAL mode, and makes them when they are not there, so:
//
//   - log and index are there: a till runs, or was cut off. Both are used as
//     they are.
//   - no log: nobody writes. The file is read as one that cannot change, and
//     what was read counts only when it did not.
//   - a log without its index, as in files copied off a card, or one that was
//     cut off in its first bytes: a copy is read, and counts while the log
//     stays what it was.
type view struct {
	path string

	mu    sync.Mutex
	db    *sql.DB
	still fs.FileInfo // of the file that must not change meanwhile; nil when it may
	log   fs.FileInfo // that is read; a till that starts may put a new one in its place
	copy  string      // directory of the copy; "" otherwise
}

func openView(ctx context.Context, path string) (*view, error) {
	v := &view{path: path}
	if err := v.open(ctx); err != nil {
		return nil, errors.Join(err, v.shut())
	}
	return v, nil
}

func (v *view) open(ctx context.Context) error {
	info, err := os.Stat(v.path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return ErrForeign
	}
	path, how := v.path, url.Values{"mode": {"ro"}, "_query_only": {"1"}}
	log, err := os.Stat(v.path + "-wal")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.still = info
		how.Set("immutable", "1")
	case err != nil:
		return err
	case exists(v.path+"-shm") && begun(v.path+"-wal"):
		v.log = log
		how.Set("readonly_shm", "1")
	default:
		v.still = log
		if path, err = v.duplicate(); err != nil {
			return err
		}
	}
	if v.db, err = sql.Open("sqlite3", dsn(path, how)); err != nil {
		return err
	}
	v.db.SetMaxOpenConns(2)
	return v.db.PingContext(ctx)
}

// begun says whether SQLite can read the log at path with an index that it may
// not write. When nobody else has the database open, it waits ten seconds for
// a log that is only a header, or whose header is none, to become one, and
// gives up with "locking protocol" (walBeginShmUnreliable in 3.53).
func begun(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var b [33]byte // sqlite.org/fileformat2.html, section 4.1
	n, _ := io.ReadFull(f, b[:])
	magic, size := binary.BigEndian.Uint32(b[0:]), binary.BigEndian.Uint32(b[8:])
	sane := magic&^1 == 0x377f0682 && size >= 512 && size <= 65536 && size&(size-1) == 0
	return n < 32 || n == 33 && sane
}

// duplicate copies database and log to where an index may be made.
func (v *view) duplicate() (path string, err error) {
	if v.copy, err = os.MkdirTemp("", "kasir-journal-"); err != nil {
		return "", err
	}
	path = filepath.Join(v.copy, "journal.db")
	for _, end := range []string{"-wal", ""} {
		if err := copyFile(path+end, v.path+end); err != nil {
			return "", err
		}
	}
	return path, nil
}

func copyFile(to, from string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

// read lets f read. When a till began to write while f read a file that nobody
// wrote, f reads again, beside the till. f starts from nothing each time.
func (v *view) read(ctx context.Context, f func(querier) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	const tries = 5
	for range tries {
		if v.db == nil {
			return sql.ErrConnDone
		}
		err := f(v.db)
		if v.current() {
			return err
		}
		if err := errors.Join(v.shut(), v.open(ctx)); err != nil {
			return errors.Join(err, v.shut())
		}
	}
	return fmt.Errorf("%w: it changed %d times while it was read", ErrBusy, tries)
}

// current says that what was read is what is there.
func (v *view) current() bool {
	if v.log != nil {
		now, err := os.Stat(v.path + "-wal")
		return err == nil && os.SameFile(now, v.log)
	}
	if v.still == nil {
		return true
	}
	path := v.path
	if v.copy != "" {
		path += "-wal"
	} else if exists(path + "-wal") {
		return false
	}
	now, err := os.Stat(path)
	return err == nil && os.SameFile(now, v.still) && now.Size() == v.still.Size() && now.ModTime().Equal(v.still.ModTime())
}

func (v *view) shut() (err error) {
	if v.db != nil {
		err = v.db.Close()
	}
	if v.copy != "" {
		err = errors.Join(err, os.RemoveAll(v.copy))
	}
	v.db, v.still, v.log, v.copy = nil, nil, nil, ""
	return err
}

func (v *view) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.shut()
}
