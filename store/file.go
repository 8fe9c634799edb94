package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// resolve is the one name of the file at path: two links to one journal must
// meet at one lock, and SQLite keeps its log beside the file, not the link.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	name, err := filepath.EvalSymlinks(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return name, err
	}
	if _, dangling := os.Lstat(path); dangling == nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

// lock takes the writer's place: an advisory lock on a file of its own, which
// the kernel gives back when the process ends, however it ends. made says that
// the file was not there before.
func lock(path string) (release func(), made bool, err error) {
	_, before := os.Stat(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, false, ErrBusy
		}
		return nil, false, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() {
		// Closing alone would leave it with a program that is being started at this
		// moment and has not let go yet of what it was born with.
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
		f.Close()
	}, errors.Is(before, fs.ErrNotExist), nil
}

// touch makes a file that is not there, for its owner only.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync directory %s: %w", dir, err)
	}
	return nil
}

// inspect looks at a file before SQLite may touch it, because opening somebody
// else's database for writing would already change it. Only the header is
// read (sqlite.org/fileformat2.html, section 1.3). sure says that the header
// is enough to call it ours, or empty.
//
// The caller holds the lock: closing any descriptor of a file drops the
// advisory locks that SQLite has on it in the same process.
func inspect(path string) (sure bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, ErrForeign
	case info.Size() == 0:
		return true, nil
	}
	var header [100]byte
	if _, err := io.ReadFull(f, header[:]); err != nil || string(header[:16]) != "SQLite format 3\x00" {
		return torn(path)
	}
	app, ver := binary.BigEndian.Uint32(header[68:]), binary.BigEndian.Uint32(header[60:])
	switch {
	case app == applicationID && ver <= uint32(version):
		return true, nil
	case app == 0: // one of ours whose first rows are still in the log, or before that?
		return unmade(path), nil
	case exists(path + "-wal"):
		return false, nil
	}
	return false, marks{app: int64(app), ver: int64(ver)}.ours()
}

// torn is for a file whose header is none. It is somebody else's, unless the
// power was cut while SQLite wrote that page: with a log beside it, the log has
// the page and decides.
func torn(path string) (sure bool, err error) {
	if unmade(path) {
		return true, nil
	}
	if exists(path + "-wal") {
		return false, nil
	}
	return false, ErrForeign
}

// unmade reports whether a rollback journal beside the file says that it had no
// pages before (sqlite.org/fileformat2.html, section 3): the power was cut
// while it was being made, and SQLite will empty it.
func unmade(path string) bool {
	f, err := os.Open(path + "-journal")
	if err != nil {
		return false
	}
	defer f.Close()
	var header [28]byte
	_, err = io.ReadFull(f, header[:])
	return err == nil && string(header[:8]) == "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" && binary.BigEndian.Uint32(header[16:]) == 0
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// gone says that there is a log without what it belongs to. No journal begins like
// that: a new one is whole before anything is written to its log.
func gone(path string) bool {
	info, err := os.Stat(path)
	return exists(path+"-wal") && (errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0)
}
