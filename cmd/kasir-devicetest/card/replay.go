package card

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

// The log of QEMU's blklogwrites, which is that of Linux's dm-log-writes
// (drivers/md/dm-log-writes.c): a first sector, and then for each request one
// sector that says what it is, and its bytes.
const (
	logMagic  = 0x6a736677736872
	flagFlush = 1
	flagFUA   = 2
	flagGone  = 4 // discarded
	flagMark  = 8
)

// Write is one request in the log.
type Write struct {
	At    int64 // byte on the card
	Data  []byte
	Flush bool // what was written before is on the card
	FUA   bool // and this itself when it is answered

	logged int64 // bytes of it in the log, after its head
}

// ReadLog reads the requests of a log. A machine that was killed leaves one whose
// last entry may be cut; that one was not answered.
func ReadLog(path string) ([]Write, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	defer f.Close()
	return readLog(f)
}

func readLog(r io.Reader) (all []Write, err error) {
	head := make([]byte, sector)
	if _, err := io.ReadFull(r, head); err != nil || binary.LittleEndian.Uint64(head) != logMagic {
		return nil, errors.Join(errors.New("read log: it is none"), err)
	}
	if size := binary.LittleEndian.Uint32(head[24:]); size != sector {
		return nil, fmt.Errorf("read log: sectors of %d bytes", size)
	}
	for {
		if _, err := io.ReadFull(r, head); err != nil {
			return all, ended(err)
		}
		flags, size := binary.LittleEndian.Uint64(head[16:]), int64(binary.LittleEndian.Uint64(head[8:]))*sector
		w := Write{At: int64(binary.LittleEndian.Uint64(head)) * sector, Flush: flags&flagFlush != 0, FUA: flags&flagFUA != 0}
		if flags&flagMark != 0 || size < 0 || size > 1<<30 {
			return all, fmt.Errorf("read log: request %d is none", len(all))
		}
		switch {
		case flags&flagGone != 0:
			w.Data = make([]byte, size) // reads back as zeros; nothing of it is in the log
		case size > 0:
			w.Data = make([]byte, size)
			if _, err := io.ReadFull(r, w.Data); err != nil {
				return all, ended(err)
			}
			w.logged = size
		}
		all = append(all, w)
	}
}

func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return fmt.Errorf("read log: %w", err)
}

// Cut is a partition as it was before the log began, after the first n requests of
// it and then a power cut: what was flushed is there, and of what was not each
// write with the chance keep. Of a write that is kept, the sectors are all there.
func Cut(before []byte, p Part, writes []Write, keep float64, dice *rand.Rand) []byte {
	after := append([]byte(nil), before...)
	sure := 0 // the writes before this one are on the card
	for i, w := range writes {
		if w.Flush {
			sure = i
		}
	}
	for i, w := range writes {
		if i < sure || w.FUA || dice.Float64() < keep {
			apply(after, p, w)
		}
	}
	return after
}

func apply(part []byte, p Part, w Write) {
	from, data := w.At-p.Start, w.Data
	if from < 0 {
		data = data[min(int64(len(data)), -from):]
		from = 0
	}
	if from < int64(len(part)) {
		copy(part[from:], data)
	}
}

// Until is how many requests were in the log when it had so many bytes.
func Until(writes []Write, bytes int64) int {
	end := int64(sector)
	for i, w := range writes {
		if end += sector + w.logged; end > bytes {
			return i
		}
	}
	return len(writes)
}
