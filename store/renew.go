package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// renew makes durable what the log of the database at path says, which a stop
// that was not clean left behind, before anybody acts on it. Its last commits
// may never have been synced when it was the program that died and not the
// power; and after a sync that failed Linux takes what is only in memory for
// written, so that syncing once more proves nothing. A new file with the same
// bytes has no such past. SQLite must not have the log open in this process.
//
// Another process that reads has the log open and would go on with the old
// file; while there is one, the log is only synced.
func renew(path string) error {
	log := path + "-wal"
	if info, err := os.Stat(log); err != nil || info.Size() == 0 {
		return err
	}
	release, alone, err := claim(path + "-shm")
	if err != nil {
		return err
	}
	defer release()
	if !alone {
		err = syncFile(log)
	} else {
		err = rewrite(log)
	}
	if err != nil {
		return fmt.Errorf("renew %s: %w", log, err)
	}
	return syncDir(filepath.Dir(path))
}

// claim says whether no other process has the index of a log open, and keeps
// it so until release. Each that does holds a shared lock on the byte at 128
// ("dead man's switch", UNIX_SHM_DMS in SQLite's os_unix.c).
func claim(index string) (release func(), alone bool, err error) {
	f, err := os.OpenFile(index, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return func() {}, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: 128, Len: 1}
	err = syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &lock)
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		return func() { f.Close() }, false, nil
	}
	if err != nil {
		f.Close()
		return nil, false, fmt.Errorf("lock %s: %w", index, err)
	}
	return func() { f.Close() }, true, nil
}

func rewrite(log string) (err error) {
	fresh := log + ".new"
	if err := copyFile(fresh, log); err != nil {
		return errors.Join(err, dropped(fresh))
	}
	if err := syncFile(fresh); err != nil {
		return errors.Join(err, dropped(fresh))
	}
	return os.Rename(fresh, log)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// dropped removes what may not be there.
func dropped(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
