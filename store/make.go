package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/mattn/go-sqlite3"
)

// unwritten says that there is no journal at path yet, and nothing that SQLite left
// there: a log or a rollback journal beside an empty file is SQLite's to judge.
func unwritten(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return (err != nil || info.Size() == 0) && !exists(path+"-wal") && !exists(path+"-journal"), nil
}

// create puts a new journal in its place, whole: after a power cut it is there or it
// is not. SQLite would get there in steps, each of which has to be on the card before
// the next, and a slow card takes most of a second for them. The directory is the
// caller's to sync.
func create(ctx context.Context, path string) error {
	content, err := blank(ctx)
	if err != nil {
		return err
	}
	fresh := path + ".new"
	if err := dropped(fresh); err != nil { // what a power cut left of another
		return err
	}
	if err := writeSynced(fresh, content); err != nil {
		return errors.Join(fmt.Errorf("create journal: %w", err), dropped(fresh))
	}
	return os.Rename(fresh, path)
}

// blank is a journal without rows, with an identity of its own, as the bytes of a file.
func blank(ctx context.Context) (content []byte, err error) {
	db, err := sql.Open("sqlite3", dsn(":memory:", nil))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := migrate(ctx, conn); err != nil {
		return nil, err
	}
	err = conn.Raw(func(c any) (err error) {
		content, err = c.(*sqlite3.SQLiteConn).Serialize("main")
		return err
	})
	if err != nil {
		return nil, err
	}
	// Read and write version 2 is a database with a write-ahead log
	// (sqlite.org/fileformat2.html, section 1.3.3); one in memory cannot be told to be.
	copy(content[18:], []byte{2, 2})
	return content, nil
}

// writeSynced makes a file with this content, for its owner only.
func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
