package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// maxKept is how many broken journals are kept beside one that is used. A card
// that breaks more of them is to be thrown away.
const maxKept = 99

// Succeed puts a new journal in the place of the damaged one at path. The new
// one has an identity of its own and begins with these entries. The old one is
// kept with all that belongs to it under the name that is returned; nothing
// that can be read of it is lost by this. This process must not have it open.
//
// The power may go at any moment: before the new journal is whole the old one is
// in its place, and after that each Open finishes what was begun.
func Succeed(ctx context.Context, path string, entries ...Entry) (kept string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("begin a new journal for %s: %w", path, err)
		}
	}()
	if path, err = resolve(path); err != nil {
		return "", err
	}
	release, _, err := lock(path + ".lock")
	if err != nil {
		return "", err
	}
	defer release()
	if err := finish(path); err != nil {
		return "", err
	}
	made := path + fresh
	if err := prepare(ctx, made, entries); err != nil {
		return "", errors.Join(err, Remove(made))
	}
	if kept, err = keep(path); err != nil {
		return "", errors.Join(err, Remove(made))
	}
	if err := os.Rename(made, path+next); err != nil {
		return "", err
	}
	return kept, finish(path)
}

// The ends of the names of a journal that is being made, of a whole one that has yet
// to be put in its place, and of those that were replaced.
const (
	fresh    = ".fresh"
	next     = ".next"
	replaced = ".broken-"
)

// prepare makes a journal at path, closed and durable.
func prepare(ctx context.Context, path string, entries []Entry) error {
	if err := Remove(path); err != nil {
		return err
	}
	j, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	_, err = j.Append(ctx, entries...)
	if err == nil {
		err = j.Verify(ctx)
	}
	if err = errors.Join(err, j.Close()); err != nil {
		return err
	}
	return errors.Join(dropped(path+".lock"), syncFile(path))
}

// Remove removes the journal at path, and all that this package may have left beside
// it: its log, the damaged ones that it followed, and one that was yet to follow it.
// Nobody may have it open. The directory is the caller's to sync.
func Remove(path string) error {
	var errs []error
	kept, err := filepath.Glob(path + replaced + "*")
	for _, file := range kept {
		errs = append(errs, dropped(file))
	}
	for _, one := range []string{path, path + fresh, path + next} {
		for _, end := range []string{"", "-wal", "-shm", "-journal", "-wal.new", ".new", ".lock"} {
			errs = append(errs, dropped(one+end))
		}
	}
	return errors.Join(append(errs, err)...)
}

// keep gives the journal at path a second name, which it has alone when the new
// one has taken the first. Its log goes with it, because the two belong
// together.
func keep(path string) (kept string, err error) {
	for n := 1; kept == ""; n++ {
		name := fmt.Sprint(path, replaced, n)
		switch {
		case n > maxKept:
			return "", fmt.Errorf("%d broken journals are kept already", maxKept)
		case !exists(name) && !exists(name+"-wal"):
			kept = name
		}
	}
	if log := path + "-wal"; exists(log) {
		if err := copyFile(kept+"-wal", log); err != nil {
			return "", errors.Join(err, dropped(kept+"-wal"))
		}
		if err := syncFile(kept + "-wal"); err != nil {
			return "", err
		}
	}
	if err := touch(path); err != nil { // nothing may be left but the log
		return "", err
	}
	if err := os.Link(path, kept); err != nil {
		return "", errors.Join(err, dropped(kept+"-wal"))
	}
	return kept, syncDir(filepath.Dir(path))
}

// finish puts a whole new journal in its place, if there is one. What it takes
// away belongs to the old one and has been kept. It may be begun again after
// every step. The caller holds the lock.
func finish(path string) error {
	if !exists(path + next) {
		return nil
	}
	dir := filepath.Dir(path)
	if err := syncDir(dir); err != nil { // the name says that all before it was done
		return err
	}
	for _, end := range []string{"-wal", "-shm", "-journal", "-wal.new"} {
		if err := dropped(path + end); err != nil {
			return err
		}
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	if err := os.Rename(path+next, path); err != nil {
		return err
	}
	return syncDir(dir)
}
