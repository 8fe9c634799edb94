// Package postgres keeps the merchant's papers in a PostgreSQL database that
// several backends may share. A paper is changed by whoever names its next
// version first, in whichever process.
//
// The package knows kinds, ids and versions, and nothing of what is written on
// a paper (see backend/merchant). Next room to visit: backend/merchant/shelf,
// the same in a file.
package postgres

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"kasir/backend/merchant"
	"kasir/backend/pgdb"
)

//go:embed papers.sql
var schema string

// tables is this room's part of a database.
var tables = pgdb.Part{Name: "papers", Steps: []string{schema}}

// Shelf is a merchant.Shelf in a database.
type Shelf struct {
	db   *pgdb.DB
	shut atomic.Bool
}

var _ merchant.Shelf = (*Shelf)(nil)

// Open opens the shelf in a database, and makes its tables when there are none.
// The database stays the caller's to close, after the shelf.
func Open(ctx context.Context, db *pgdb.DB) (*Shelf, error) {
	if err := db.Migrate(ctx, tables); err != nil {
		return nil, fmt.Errorf("open shelf: %w", err)
	}
	return &Shelf{db: db}, nil
}

// Close keeps further papers out. What Put has answered is on disk already.
func (s *Shelf) Close() error {
	s.shut.Store(true)
	return nil
}

const (
	sqlFirst = `INSERT INTO papers (kind, id, version, key, open, at_ms, asked_ms, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (kind, id) DO NOTHING`
	sqlNext = `UPDATE papers SET version = $3, key = $4, open = $5, at_ms = $6, asked_ms = $7, body = $8
		WHERE kind = $1 AND id = $2 AND version = $3 - 1`
	sqlVersion = `INSERT INTO paper_versions (kind, id, version, at_ms, body) VALUES ($1, $2, $3, $4, $5)`
	columns    = `SELECT kind, id, version, key, open, at_ms, body FROM papers `
)

// Put makes p durable: when it returns nil it is on disk.
func (s *Shelf) Put(ctx context.Context, p merchant.Paper) error {
	ctx, cancel := context.WithTimeout(ctx, pgdb.Patience)
	defer cancel()
	err := errors.New("the shelf is closed")
	if !s.shut.Load() {
		err = pgx.BeginFunc(ctx, s.db.Pool, func(tx pgx.Tx) error { return put(ctx, tx, p) })
	}
	if err != nil {
		return fmt.Errorf("put paper %s %s: %w", p.Kind, p.ID, err)
	}
	return nil
}

func put(ctx context.Context, tx pgx.Tx, p merchant.Paper) error {
	query := sqlNext
	if p.Version == 1 {
		query = sqlFirst
	}
	done, err := tx.Exec(ctx, query, string(p.Kind), p.ID, p.Version, p.Key, p.Open, p.AtMS, asked(p.Body), string(p.Body))
	if err != nil {
		return err
	}
	if done.RowsAffected() != 1 {
		return merchant.ErrStale
	}
	_, err = tx.Exec(ctx, sqlVersion, string(p.Kind), p.ID, p.Version, p.AtMS, string(p.Body))
	return err
}

// asked is when a paper's order was asked for; 0 when it does not say.
func asked(body []byte) int64 {
	var is struct {
		AskedMS int64 `json:"asked_at_ms"`
	}
	if json.Unmarshal(body, &is) != nil {
		return 0
	}
	return is.AskedMS
}

// Get is a paper; ok is false when there is none.
func (s *Shelf) Get(ctx context.Context, kind merchant.Kind, id string) (p merchant.Paper, ok bool, err error) {
	found, err := s.list(ctx, columns+`WHERE kind = $1 AND id = $2`, string(kind), id)
	if err != nil || len(found) == 0 {
		return p, false, err
	}
	return found[0], true, nil
}

// Keyed is up to limit papers of a kind with this key, after the given id.
func (s *Shelf) Keyed(ctx context.Context, kind merchant.Kind, key, after string, limit int) ([]merchant.Paper, error) {
	return s.list(ctx, columns+`WHERE kind = $1 AND key = $2 AND id > $3 ORDER BY id LIMIT $4`, string(kind), key, after, limit)
}

// Open is up to limit open papers of a kind, after the given id.
func (s *Shelf) Open(ctx context.Context, kind merchant.Kind, after string, limit int) ([]merchant.Paper, error) {
	return s.list(ctx, columns+`WHERE open AND kind = $1 AND id > $2 ORDER BY id LIMIT $3`, string(kind), after, limit)
}

// All is up to limit papers of a kind, after the given id.
func (s *Shelf) All(ctx context.Context, kind merchant.Kind, after string, limit int) ([]merchant.Paper, error) {
	return s.list(ctx, columns+`WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3`, string(kind), after, limit)
}

// The two queries of a search. What a subscription charged stands on its paper:
// there are at most a hundred on each, and a merchant has few subscriptions
// beside the orders of a shop. They are read as json, which keeps what it does
// not have to understand.
const (
	sqlPages = `SELECT kind, id, version, key, open, asked_ms, body FROM papers
		WHERE kind = 'snap' AND asked_ms >= $1 AND asked_ms < $2 AND (asked_ms, id) < ($3, $4)
		ORDER BY asked_ms DESC, id DESC LIMIT $5`

	sqlCharges = `SELECT kind, charge, version, id, false, at, body FROM (
			SELECT p.kind, c.value ->> 'order_id' COLLATE "C" AS charge, p.version, p.id, (c.value ->> 'at_ms')::bigint AS at, c.value::text AS body
			FROM papers AS p, json_array_elements(coalesce(p.body::json -> 'charges', '[]')) AS c
			WHERE p.kind = 'subscription') AS all_charges
		WHERE at >= $1 AND at < $2 AND (at, charge) < ($3, $4)
		ORDER BY at DESC, charge DESC LIMIT $5`
)

// Search is the newest orders before a place; see merchant.Shelf.
func (s *Shelf) Search(ctx context.Context, kind merchant.Kind, q merchant.Span) ([]merchant.Paper, error) {
	query := sqlPages
	switch kind {
	case merchant.KindSnap:
	case merchant.KindSubscription:
		query = sqlCharges
	default:
		return nil, fmt.Errorf("search papers: there are no orders of kind %q", kind)
	}
	q = q.Bounded()
	return s.list(ctx, query, q.FromMS, q.ToMS, q.BeforeMS, q.BeforeOrder, q.Limit)
}

func (s *Shelf) list(ctx context.Context, query string, args ...any) ([]merchant.Paper, error) {
	rows, err := s.db.Pool.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read papers: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (p merchant.Paper, err error) {
		var kind, body string
		err = r.Scan(&kind, &p.ID, &p.Version, &p.Key, &p.Open, &p.AtMS, &body)
		p.Kind, p.Body = merchant.Kind(kind), []byte(body)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("read papers: %w", err)
	}
	return all, nil
}
