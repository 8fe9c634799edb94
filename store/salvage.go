package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
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
// order. From where SQLite does not find its way on, the pages themselves are looked
// through for rows, those of the log too. What is not what its own hash says is
// left out; the next row then does not follow. It is for beginning anew (see
// Succeed), never for selling: what is missing, nobody can tell from here. It
// changes nothing. This process must not have the journal open.
//
// The one error there can be comes last, and says that nothing could be read.
func Salvage(ctx context.Context, path string) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		s := salvage{yield: func(p Piece) bool { return yield(p, nil) }}
		err := s.run(ctx, path)
		if s.before.Seq == 0 && err != nil {
			yield(Piece{}, fmt.Errorf("salvage journal: %w", explain(0, err)))
		}
	}
}

// salvage is one under way.
type salvage struct {
	yield  func(Piece) bool
	done   bool
	before Row      // the last one that was read
	rest   *remains // once SQLite has not found its way
}

// run reads all there is, and says what the first damage was.
func (s *salvage) run(ctx context.Context, path string) (first error) {
	path, err := resolve(path)
	if err != nil {
		return err
	}
	v, err := openView(ctx, path)
	if err == nil {
		err = s.pieces(ctx, &Journal{path: path, view: v})
		err = cmp.Or(err, v.close())
	}
	if s.rest == nil && err == nil {
		err = missed(ctx, path, s.before)
	}
	if err != nil {
		s.sift(ctx, path)
	}
	if s.rest != nil {
		s.until(math.MaxInt64)
		s.rest.close()
	}
	return err
}

// take hands out one row that SQLite read, and before it those that it did not find.
func (s *salvage) take(r Row) {
	s.until(r.Seq)
	if r.sum() == r.Hash {
		s.give(r)
	}
}

func (s *salvage) give(r Row) {
	if s.done {
		return
	}
	s.done = !s.yield(Piece{r, r.Seq == s.before.Seq+1 && (s.before.Seq == 0 || r.Prev == s.before.Hash)})
	s.before = r
}

// until hands out what was found in the pages before row seq.
func (s *salvage) until(seq int64) {
	for s.rest != nil && len(s.rest.found) > 0 && s.rest.found[0].seq < seq {
		p := s.rest.found[0]
		s.rest.found = s.rest.found[1:]
		if p.seq <= s.before.Seq {
			continue
		}
		if r, ok := s.rest.at(p); ok {
			s.give(r)
		}
	}
}

// sift looks through the pages, once.
func (s *salvage) sift(ctx context.Context, path string) {
	if s.rest == nil {
		if r, err := sift(ctx, path, s.before.Seq); err == nil {
			s.rest = r
		}
	}
}

// Identity is that of the journal at path, damaged as it may be.
func Identity(ctx context.Context, path string) (id string, err error) {
	if path, err = resolve(path); err != nil {
		return "", fmt.Errorf("read identity: %w", err)
	}
	v, err := openView(ctx, path)
	if err == nil {
		err = v.db.QueryRowContext(ctx, `SELECT id FROM identity`).Scan(&id)
		err = errors.Join(err, v.close())
	}
	if err != nil {
		if id, ok := named(ctx, path); ok {
			return id, nil
		}
		return "", fmt.Errorf("read identity: %w", explain(0, err))
	}
	return id, nil
}

// pieces reads on after each damage, until there is no row further on, and says
// what the first one was.
func (s *salvage) pieces(ctx context.Context, j *Journal) (first error) {
	from, skip, missed := int64(1), int64(0), 0
	for ctx.Err() == nil && skip < furthest && !s.done {
		rows, err := j.read(ctx, `SELECT `+columns+` FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`, from+skip, page)
		for _, r := range rows {
			s.take(r)
		}
		if len(rows) > 0 {
			from, skip, missed = rows[len(rows)-1].Seq+1, 0, 0
		}
		if first = cmp.Or(first, err); first != nil {
			s.sift(ctx, j.path)
		}
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
	return cmp.Or(first, ctx.Err())
}
