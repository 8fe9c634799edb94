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
// day and time as eight bytes each, big end first, then kind, order and body,
// each with its length in eight bytes before it. Nothing can move from one
// field into another without changing it.
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

// BrokenError says where a journal is damaged or was changed.
type BrokenError struct {
	Seq int64 // the first bad row; 0 when it cannot be told
	Why string
}

func (e *BrokenError) Error() string {
	if e.Seq == 0 {
		return "journal is damaged: " + e.Why
	}
	return fmt.Sprintf("journal is damaged at row %d: %s", e.Seq, e.Why)
}

// Verify walks the whole chain. A *BrokenError names the first bad row. Rows
// cut off the end cannot be seen from inside: compare Head with what somebody
// else remembers.
func (j *Journal) Verify(ctx context.Context) error {
	want := Row{Hash: genesis(j.id)}
	for r, err := range j.Rows(ctx, 1) {
		if err != nil {
			return &BrokenError{Seq: want.Seq + 1, Why: err.Error()}
		}
		switch {
		case r.Seq != want.Seq+1:
			return &BrokenError{Seq: want.Seq + 1, Why: fmt.Sprintf("it is missing, row %d follows", r.Seq)}
		case r.Prev != want.Hash:
			return &BrokenError{Seq: r.Seq, Why: "it does not follow the row before it"}
		case r.sum() != r.Hash:
			return &BrokenError{Seq: r.Seq, Why: "its contents do not match its hash"}
		}
		want.Seq, want.Hash = r.Seq, r.Hash
	}
	return nil
}
