package dbfile

import (
	"encoding/binary"
	"fmt"
)

// A file that is put back from an older copy looks like any other from inside.
// What tells is beside it, in the lock, which copies of a database do not have:
// how far the file had come when it was last written.

const markSize = 8

// Mark notes how far the file has come: a number that grows with it. It is not
// synced: what a power cut takes of it only makes the note older. Two calls
// must not overlap.
func (f *File) Mark(n int64) error {
	if f.lock == nil {
		return fmt.Errorf("mark: the file is closed")
	}
	if _, err := f.lock.WriteAt(binary.BigEndian.AppendUint64(nil, uint64(n)), 0); err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

// Marked is the last Mark that is known; 0 when there is none.
func (f *File) Marked() int64 {
	var b [markSize]byte
	if n, _ := f.lock.ReadAt(b[:], 0); n < markSize {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b[:]))
}
