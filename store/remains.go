package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// remains are the rows that are still in the pages of a journal that SQLite cannot
// find its way through: the page by which all others are found is bad, or the log
// is. Each page of the file, and each that the log has, is looked at for rows, and
// one counts when its contents match its own hash, which no noise does.
type remains struct {
	file, log *os.File // nil where there is none
	pages     map[uint32]int64
	found     []place // by number, the one that counts of each
}

// place is where a row is. Of its hashes the first eight bytes are kept: there
// are as many places as there are rows.
type place struct {
	seq, at    int64 // its number; of its page in the file or, below zero, in the log
	prev, hash uint64
	write      int32 // how many writes to the log were whole before that page of it
	cell       uint16
}

const (
	logHeader   = 32 // bytes of a log before its first page; sqlite.org/fileformat2.html, section 4
	frameHeader = 24 // before each page in it
)

// sift looks through the files of the journal at path, and keeps the rows after
// number after. SQLite must not have them open in this process.
func sift(ctx context.Context, path string, after int64) (r *remains, err error) {
	r = &remains{pages: make(map[uint32]int64)}
	defer func() {
		if err != nil {
			r.close()
			err = fmt.Errorf("look through the pages of %s: %w", path, err)
		}
	}()
	for end, f := range map[string]**os.File{"": &r.file, "-wal": &r.log} {
		if *f, err = os.Open(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r, err
		}
	}
	if err := r.siftFile(ctx, after); err != nil {
		return r, err
	}
	if err := r.siftLog(ctx, after); err != nil {
		return r, err
	}
	r.settle()
	return r, nil
}

func (r *remains) close() {
	for _, f := range []*os.File{r.file, r.log} {
		if f != nil {
			f.Close()
		}
	}
}

// siftFile looks at every page but the first, which has no rows.
func (r *remains) siftFile(ctx context.Context, after int64) error {
	if r.file == nil {
		return nil
	}
	info, err := r.file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return cmp.Or(err, ErrForeign)
	}
	var page [pageBytes]byte
	for at := int64(pageBytes); at < info.Size() && ctx.Err() == nil; at += pageBytes {
		if _, err := r.file.ReadAt(page[:], at); err == nil { // a sector that is gone takes its page
			r.siftPage(page[:], place{at: at}, after)
		}
	}
	return ctx.Err()
}

// siftLog looks at every page that the log has, whatever its header says.
func (r *remains) siftLog(ctx context.Context, after int64) error {
	if r.log == nil {
		return nil
	}
	var frame [frameHeader + pageBytes]byte
	writes, before := int32(0), []byte(nil)
	for at := int64(logHeader); ctx.Err() == nil; at += int64(len(frame)) {
		if n, err := r.log.ReadAt(frame[:], at); err == io.EOF || n < len(frame) {
			break
		}
		r.pages[binary.BigEndian.Uint32(frame[:])] = at + frameHeader
		r.siftPage(frame[frameHeader:], place{at: -at - frameHeader, write: writes}, after)
		if ends(frame[:], before) {
			writes++
		}
		before = append(before[:0], frame[16:24]...)
	}
	return ctx.Err()
}

// ends says that a page in the log is the last one of a write: it says so, and is
// what its sums say, which go on from those of the page before it.
func ends(frame, before []byte) bool {
	if binary.BigEndian.Uint32(frame[4:]) == 0 || before == nil {
		return false
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		a, b := binary.BigEndian.Uint32(before), binary.BigEndian.Uint32(before[4:])
		for _, part := range [][]byte{frame[:8], frame[frameHeader:]} {
			for i := 0; i < len(part); i += 8 {
				a += order.Uint32(part[i:]) + b
				b += order.Uint32(part[i+4:]) + a
			}
		}
		if a == binary.BigEndian.Uint32(frame[16:]) && b == binary.BigEndian.Uint32(frame[20:]) {
			return true
		}
	}
	return false
}

// siftPage notes the rows of one page, if it is one that has rows.
func (r *remains) siftPage(page []byte, where place, after int64) {
	if page[0] != 0x0d {
		return
	}
	for n := range min(int(binary.BigEndian.Uint16(page[3:])), (pageBytes-8)/2) {
		where.cell = binary.BigEndian.Uint16(page[8+2*n:])
		if row, ok := r.row(page, where); ok && row.Seq > after {
			where.seq, where.prev, where.hash = row.Seq, short(row.Prev), short(row.Hash)
			r.found = append(r.found, where)
		}
	}
}

func short(hash [32]byte) uint64 { return binary.BigEndian.Uint64(hash[:]) }

// settle leaves one place for each row. Of two rows of one number, of which one
// was never acknowledged, the one counts that another row follows, then the newer.
func (r *remains) settle() {
	slices.SortStableFunc(r.found, func(a, b place) int { return cmp.Compare(a.seq, b.seq) })
	follows := func(p place, from int) bool {
		for _, next := range r.found[from:] {
			if next.seq > p.seq+1 {
				break
			}
			if next.seq == p.seq+1 && next.prev == p.hash {
				return true
			}
		}
		return false
	}
	var one []place
	for i := 0; i < len(r.found); {
		best, first := r.found[i], i
		for ; i < len(r.found) && r.found[i].seq == best.seq; i++ {
			p := r.found[i]
			switch {
			case p.hash == best.hash: // the same row again
			case follows(p, first) || !follows(best, first):
				best = p
			}
		}
		one = append(one, best)
	}
	r.found = one
}

// at reads a row once more from its place.
func (r *remains) at(p place) (Row, bool) {
	var page [pageBytes]byte
	from, at := r.file, p.at
	if at < 0 {
		from, at = r.log, -at
	}
	if _, err := from.ReadAt(page[:], at); err != nil {
		return Row{}, false
	}
	return r.row(page[:], p)
}

// behind says that a file which is taken for somebody else's, or for an empty one,
// is a journal with a bad first page: there are rows in it or in its log.
func behind(ctx context.Context, path string) error {
	r, err := sift(ctx, path, 0)
	if err != nil {
		return err
	}
	defer r.close()
	if len(r.found) == 0 {
		return nil
	}
	return &BrokenError{Why: fmt.Sprintf("its first page is not that of a journal, and there are %d rows behind it", len(r.found))}
}

// disowned is err, unless that calls a journal with a bad first page somebody
// else's file.
func disowned(ctx context.Context, path string, err error) error {
	if !errors.Is(err, ErrForeign) {
		return err
	}
	name, bad := resolve(path)
	if bad != nil {
		return err
	}
	var broken *BrokenError
	if errors.As(behind(ctx, name), &broken) {
		return broken
	}
	return err
}

// missed says that the log has rows which SQLite did not find in it, although they
// were acknowledged: last is the last row that it did find. A write that the power
// cut may be there in parts, and is none; but nothing is written after one before
// that is whole and on the card. So rows of two writes, each row following the
// one before, were two writes and not the remains of one. Only the log is opened:
// SQLite may have the file open, whose locks would end with that.
func missed(ctx context.Context, path string, last Row) error {
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() <= logHeader {
		return nil
	}
	r := &remains{pages: make(map[uint32]int64)}
	defer r.close()
	var err error
	if r.log, err = os.Open(path + "-wal"); err != nil {
		return err
	}
	if err := r.siftLog(ctx, last.Seq); err != nil {
		return err
	}
	first := slices.Clone(r.found) // the write that a row came with is the one where it is first
	slices.SortStableFunc(first, func(a, b place) int { return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.write, b.write)) })
	end, begin, lastSeq := short(last.Hash), int32(-1), last.Seq
	for _, p := range first {
		if p.seq != lastSeq+1 || last.Seq > 0 && p.prev != end {
			continue
		}
		if begin < 0 {
			begin = p.write
		}
		if p.write > begin {
			return &BrokenError{Seq: last.Seq + 1, Why: "its log has it, and cannot be read"}
		}
		lastSeq, end = p.seq, p.hash
	}
	return nil
}

// named finds the identity of a journal whose table cannot be read: it is the text
// in one of its pages from which the first row says that it follows.
func named(ctx context.Context, path string) (id string, ok bool) {
	r, err := sift(ctx, path, 0)
	if err != nil {
		return "", false
	}
	defer r.close()
	if len(r.found) == 0 || r.found[0].seq != 1 || r.file == nil {
		return "", false
	}
	var b [pageBytes + idDigits]byte // what reaches over the end of a page is no identity, and does no harm
	for at := int64(0); ctx.Err() == nil; at += pageBytes {
		n, err := r.file.ReadAt(b[:], at)
		for i := range max(0, n-idDigits+1) {
			if is := string(b[i : i+idDigits]); hexadecimal(is) && short(genesis(is)) == r.found[0].prev {
				return is, true
			}
		}
		if err == io.EOF {
			break
		}
	}
	return "", false
}

const idDigits = 32

func hexadecimal(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' && c < 'a' || c > 'f' {
			return false
		}
	}
	return true
}
