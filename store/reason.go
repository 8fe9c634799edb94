package store

import (
	"errors"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// Reason is why a journal cannot be used, for whoever has to tell people what
// to do about it.
type Reason uint8

const (
	Unclear  Reason = iota // none of the others; the error itself says more
	NoRoom                 // the card is full: nothing is damaged, it works again when there is room
	ReadOnly               // the card or its file system refuses to be written, as a worn one does
	Disk                   // the card answered with an error
	Damaged                // what is on it is not what was written
	Foreign                // the file is something else
	Newer                  // this program is too old for it
	InUse                  // another program writes it
)

// String is a sentence for a log. It says what can be done about it.
func (r Reason) String() string {
	return [...]string{
		"The journal cannot be used.",
		"The card is full: make room on it and start again, nothing is lost.",
		"The card cannot be written: replace it. What is on it can be read and copied.",
		"The card fails: replace it. What was acknowledged is on it or at the backend.",
		"The journal is damaged: begin a new one, on this card or another; what can be read is carried over, the backend's book has the rest.",
		"The file is not a journal: check the path.",
		"The journal was written by a newer program: update this one.",
		"Another program writes the journal: end it first.",
	}[min(r, InUse)]
}

// ReasonOf is what an error of this package comes to.
func ReasonOf(err error) Reason {
	var broken *BrokenError
	switch {
	case Full(err):
		return NoRoom
	case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM),
		code(err) == sqlite3.ErrReadonly, code(err) == sqlite3.ErrPerm:
		return ReadOnly
	case errors.Is(err, syscall.EIO), code(err) == sqlite3.ErrIoErr, code(err) == sqlite3.ErrCantOpen:
		return Disk
	case errors.Is(err, ErrForeign):
		return Foreign
	case errors.Is(err, ErrNewer):
		return Newer
	case errors.Is(err, ErrBusy), code(err) == sqlite3.ErrBusy, code(err) == sqlite3.ErrLocked:
		return InUse
	case errors.As(err, &broken), code(err) == sqlite3.ErrCorrupt, code(err) == sqlite3.ErrNotADB:
		return Damaged
	}
	return Unclear
}
