package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kasir/backend/merchant"
)

const columns = `SELECT kind, id, version, key, open, at_ms, body FROM papers `

// Without its index named, SQLite would rather walk all papers by their key.
const sqlOpen = `SELECT kind, id, version, key, open, at_ms, body FROM papers INDEXED BY papers_open
	WHERE open = 1 AND kind = ? AND id > ? ORDER BY id LIMIT ?`

// Put makes p durable: when it returns nil it is on disk. After a commit that
// failed the shelf takes no more papers, since nobody can tell what of it is on
// the disk; the process starts anew.
func (s *Shelf) Put(ctx context.Context, p merchant.Paper) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wound != nil {
		return fmt.Errorf("put paper: %w", s.wound)
	}
	err := s.put(ctx, p)
	if err != nil {
		return fmt.Errorf("put paper %s %s: %w", p.Kind, p.ID, err)
	}
	return nil
}

func (s *Shelf) put(ctx context.Context, p merchant.Paper) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	query := `UPDATE papers SET version = ?3, key = ?4, open = ?5, at_ms = ?6, body = ?7
		WHERE kind = ?1 AND id = ?2 AND version = ?3 - 1`
	if p.Version == 1 {
		query = `INSERT INTO papers (kind, id, version, key, open, at_ms, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
			ON CONFLICT (kind, id) DO NOTHING`
	}
	done, err := tx.ExecContext(ctx, query, string(p.Kind), p.ID, p.Version, p.Key, p.Open, p.AtMS, string(p.Body))
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, merchant.ErrStale)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO versions (kind, id, version, at_ms, body) VALUES (?, ?, ?, ?, ?)`,
		string(p.Kind), p.ID, p.Version, p.AtMS, string(p.Body)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		s.wound = err
		return err
	}
	return nil
}

// Get is a paper; ok is false when there is none.
func (s *Shelf) Get(ctx context.Context, kind merchant.Kind, id string) (p merchant.Paper, ok bool, err error) {
	found, err := s.list(ctx, columns+`WHERE kind = ? AND id = ?`, string(kind), id)
	if err != nil || len(found) == 0 {
		return p, false, err
	}
	return found[0], true, nil
}

// Keyed is up to limit papers of a kind with this key, after the given id.
func (s *Shelf) Keyed(ctx context.Context, kind merchant.Kind, key, after string, limit int) ([]merchant.Paper, error) {
	return s.list(ctx, columns+`WHERE kind = ? AND key = ? AND id > ? ORDER BY id LIMIT ?`, string(kind), key, after, limit)
}

// Open is up to limit open papers of a kind, after the given id.
func (s *Shelf) Open(ctx context.Context, kind merchant.Kind, after string, limit int) ([]merchant.Paper, error) {
	return s.list(ctx, sqlOpen, string(kind), after, limit)
}

// All is up to limit papers of a kind, after the given id.
func (s *Shelf) All(ctx context.Context, kind merchant.Kind, after string, limit int) ([]merchant.Paper, error) {
	return s.list(ctx, columns+`WHERE kind = ? AND id > ? ORDER BY id LIMIT ?`, string(kind), after, limit)
}

func (s *Shelf) list(ctx context.Context, query string, args ...any) ([]merchant.Paper, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read papers: %w", err)
	}
	defer rows.Close()
	var all []merchant.Paper
	for rows.Next() {
		p, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read papers: %w", err)
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read papers: %w", err)
	}
	return all, nil
}

func scan(rows *sql.Rows) (p merchant.Paper, err error) {
	var kind string
	err = rows.Scan(&kind, &p.ID, &p.Version, &p.Key, &p.Open, &p.AtMS, &p.Body)
	p.Kind = merchant.Kind(kind)
	return p, err
}
