package cmd_test

import (
	"errors"
	"fmt"
	"os"
)

// What happens to the till's card and the backend's disk.

// salvage copies what of a database is on disk at this moment to a new name,
// as a power cut leaves it: the log not carried back, nothing closed.
func (s *stage) salvage(path, name string) (string, error) {
	to := s.file(name)
	for _, tail := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + tail)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to+tail, data, 0o600)
		}
		if err != nil {
			return "", fmt.Errorf("salvage %s: %w", name, err)
		}
	}
	return to, nil
}

const (
	tillFile = "till.db"
	bookFile = "backend.db"

	papersFile = "merchant.db"
)

var errInUse = errors.New("switch it off first")

func (s *stage) newCard() error {
	if s.till != nil {
		return errInUse
	}
	s.tillDB = s.file(tillFile)
	return nil
}

func (s *stage) newDisk() error {
	if s.backend != nil {
		return errInUse
	}
	s.bookDB = s.file(bookFile)
	return nil
}

func (s *stage) backUpCard() (err error) {
	s.copies.card, err = s.salvage(s.tillDB, tillFile)
	return err
}

func (s *stage) backUp() (err error) {
	s.copies.disk, err = s.salvage(s.bookDB, bookFile)
	return err
}

func (s *stage) restoreCard() (err error) {
	if s.till != nil {
		return errInUse
	}
	s.tillDB, err = s.salvage(s.copies.card, tillFile)
	return err
}

func (s *stage) restore() (err error) {
	if s.backend != nil {
		return errInUse
	}
	s.bookDB, err = s.salvage(s.copies.disk, bookFile)
	return err
}

// breakDisk makes the till's card refuse to be written.
func (s *stage) breakDisk() error {
	s.sick.Store(true)
	return nil
}
