package store

import (
	"cmp"
	"context"
	"fmt"
	"iter"
)

// A Piece is a row that could be read of a damaged journal.
type Piece struct {
	Row
	Follows bool // the row before it was read too, and this is the one after that
}

const (
	// singly is how many rows after damage are looked for one by one; a page
	// that cannot be read has far fewer. Beyond that the steps double.
	singly = 1024
	// furthest is the largest gap that is looked across, in rows.
	furthest = 1 << 31
)

// Salvage reads what can be read of the journal at path, damaged as it is, in
// order. Rows that SQLite cannot read, and rows that are not what their own
// hash says, are left out; the next one then does not follow. It is for
// beginning anew (see Succeed), never for selling: what is missing, nobody can
// tell from here. It changes nothing. This process must not have the journal
// open.
//
// The one error there can be comes last, and says that nothing could be read.
func Salvage(ctx context.Context, path string) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		path, err := resolve(path)
		var v *view
		if err == nil {
			v, err = openView(ctx, path)
		}
		if err != nil {
			yield(Piece{}, fmt.Errorf("salvage journal: %w", explain(0, err)))
			return
		}
		defer v.close()
		j := &Journal{path: path, view: v}
		none := true
		err = j.pieces(ctx, func(p Piece) bool { none = false; return yield(p, nil) })
		if none && err != nil {
			yield(Piece{}, fmt.Errorf("salvage journal: %w", explain(0, err)))
		}
	}
}

// Identity is that of the journal at path, damaged as it may be.
func Identity(ctx context.Context, path string) (id string, err error) {
	path, err = resolve(path)
	var v *view
	if err == nil {
		v, err = openView(ctx, path)
	}
	if err != nil {
		return "", fmt.Errorf("read identity: %w", explain(0, err))
	}
	defer v.close()
	if err := v.db.QueryRowContext(ctx, `SELECT id FROM identity`).Scan(&id); err != nil {
		return "", fmt.Errorf("read identity: %w", explain(0, err))
	}
	return id, nil
}

// pieces reads on after each damage, until there is no row further on, and says
// what the first one was.
func (j *Journal) pieces(ctx context.Context, yield func(Piece) bool) (first error) {
	var before Row
	from, skip, missed := int64(1), int64(0), 0
	for ctx.Err() == nil && skip < furthest {
		rows, err := j.read(ctx, `SELECT `+columns+` FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`, from+skip, page)
		for _, r := range rows {
			if r.sum() != r.Hash {
				continue
			}
			if !yield(Piece{r, r.Seq == before.Seq+1 && (before.Seq == 0 || r.Prev == before.Hash)}) {
				return first
			}
			before = r
		}
		if len(rows) > 0 {
			from, skip, missed = rows[len(rows)-1].Seq+1, 0, 0
		}
		first = cmp.Or(first, err)
		switch {
		case err == nil && len(rows) < page:
			return first
		case err == nil:
		case len(rows) > 0: // the damage begins here
		default:
			if missed++; missed <= singly {
				skip++
			} else {
				skip *= 2
			}
		}
	}
	return first
}
