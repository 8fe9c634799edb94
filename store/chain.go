package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// genesis is what the first row has for the hash of the one before it.
func genesis(id string) [32]byte { return sha256.Sum256([]byte("kasir journal " + id)) }

// sum is the row's hash: SHA-256 over the hash before it, then number, amount,
// day and time (milliseconds since 1970) as eight bytes each, big end first,
// then kind, order and body, each with its length in eight bytes before it.
// Nothing can move from one field into another without changing it. Journals
// outlive programs: this never changes, a test holds it to a fixed value.
func (r Row) sum() [32]byte {
	var hash [32]byte
	h := sha256.New()
	h.Write(r.Prev[:])
	var word [8]byte
	put := func(n int64) {
		binary.BigEndian.PutUint64(word[:], uint64(n))
		h.Write(word[:])
	}
	put(r.Seq)
	put(r.Amount)
	put(int64(r.Day))
	put(r.At.UnixMilli())
	for _, field := range [][]byte{[]byte(r.Kind), []byte(r.Order), r.Body} {
		put(int64(len(field)))
		h.Write(field)
	}
	h.Sum(hash[:0])
	return hash
}

// sized is a stored hash; one of a wrong length matches nothing.
func sized(b []byte) (hash [32]byte) {
	if len(b) == len(hash) {
		copy(hash[:], b)
	}
	return hash
}

// Verify walks the whole chain, and then looks at what the chain does not
// cover: that the index agrees with the rows, and that the triggers are there.
// A *BrokenError names the first bad row; any other error says nothing about
// the journal. Rows that were cut off the end before it was opened cannot be
// seen from inside: compare Head with what somebody else remembers.
func (j *Journal) Verify(ctx context.Context) error {
	if err := j.VerifyRows(ctx, 1, nil); err != nil {
		return err
	}
	return explain(0, j.from(ctx, func(q querier) error {
		if err := guarded(ctx, q); err != nil {
			return err
		}
		return check(ctx, q, "integrity_check")
	}))
}

// VerifyRows walks the chain from row number from on, 1 or more. What is before
// that row is taken on its word: the hash in it covers all of it, and whether it
// is still there only a walk from the first row can tell. After every so many
// rows it calls rest, unless that is nil: a till that sells waits for the same
// connection.
func (j *Journal) VerifyRows(ctx context.Context, from int64, rest func()) error {
	last, _ := j.Head()
	before := Row{Seq: from - 1, Hash: genesis(j.id)}
	for r, err := range j.Rows(ctx, from) {
		if err != nil {
			return explain(before.Seq+1, err)
		}
		if from > 1 && r.Seq == from {
			before.Hash = r.Prev
		}
		if rest != nil && r.Seq%page == 0 {
			rest()
		}
		switch {
		case r.Seq != before.Seq+1:
			return &BrokenError{Seq: before.Seq + 1, Why: fmt.Sprintf("it is missing, row %d follows", r.Seq)}
		case r.Prev != before.Hash:
			return &BrokenError{Seq: r.Seq, Why: "it does not follow the row before it"}
		case r.sum() != r.Hash:
			return &BrokenError{Seq: r.Seq, Why: "its contents do not match its hash"}
		}
		before = r
	}
	if before.Seq < last {
		return &BrokenError{Seq: before.Seq + 1, Why: fmt.Sprintf("it is missing, the last was row %d", last)}
	}
	return nil
}
