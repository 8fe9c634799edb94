package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// readMost reads a file, and no more of it than most bytes and one: who gets more
// than most knows that it is too large.
func readMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// replace makes path a file with this text: after a power cut there is the old
// one or the new one, and nothing in between.
func replace(path string, text []byte, mode os.FileMode) error {
	made := path + ".new"
	f, err := os.OpenFile(made, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(made, path)
	}
	if err != nil {
		os.Remove(made)
		return err
	}
	return syncDir(filepath.Dir(path))
}

// overwrite replaces a file's text where it stands, in the same blocks: a file
// with secrets that was merely replaced can be read from the card for years. A
// card may still keep old blocks for itself; nothing can be done about that.
func overwrite(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	for blank, at := bytes.Repeat([]byte{' '}, 4096), int64(0); at < info.Size(); at += int64(len(blank)) {
		if _, err := f.WriteAt(blank[:min(int64(len(blank)), info.Size()-at)], at); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if _, err := f.WriteAt(text, 0); err != nil {
		return err
	}
	if err := f.Truncate(int64(len(text))); err != nil {
		return err
	}
	return f.Sync()
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
