package pgdb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	pulse     = time.Second     // between two looks whether an idle session lives
	pulseTime = 3 * time.Second // for one; less than the server needs to give our locks to somebody else
)

// ErrLost is what was claimed in an earlier life of the session: the connection
// broke, and others may have it by now.
var ErrLost = errors.New("the session with the database was lost, and what it held")

// Session is one connection that writes and holds locks. Whoever uses it waits
// his turn. When the connection breaks all its locks are gone, Life changes,
// and the next use connects anew.
type Session struct {
	config  *pgx.ConnConfig
	turn    chan struct{} // holds a token while nobody uses what follows
	conn    *pgx.Conn
	held    map[int64]bool
	shut    bool
	life    atomic.Int64
	workers sync.WaitGroup
}

func newSession(c *pgx.ConnConfig) *Session {
	// A plan made while a table was small must not walk it when it is large.
	c.RuntimeParams["enable_seqscan"] = "off"
	s := &Session{config: c, turn: make(chan struct{}, 1), held: make(map[int64]bool)}
	s.turn <- struct{}{}
	return s
}

// Life is the number of connections that have been lost. What was claimed in
// another life is not held any more.
func (s *Session) Life() int64 { return s.life.Load() }

// Do runs f with the connection. ctx bounds the wait for a turn only: what is
// begun is ended, within Patience. holding are locks that must be held, or Do
// fails with ErrLost. A transaction that f leaves open costs the connection.
func (s *Session) Do(ctx context.Context, holding []int64, f func(context.Context, *pgx.Conn) error) error {
	select {
	case <-s.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.turn <- struct{}{} }()
	for _, key := range holding {
		if !s.held[key] {
			return ErrLost
		}
	}
	return s.use(context.WithoutCancel(ctx), Patience, f)
}

func (s *Session) use(ctx context.Context, limit time.Duration, f func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if s.shut {
		return errors.New("the database is closed")
	}
	if s.conn == nil {
		conn, err := pgx.ConnectConfig(ctx, s.config)
		if err != nil {
			return fmt.Errorf("connect: %w", err)
		}
		s.conn = conn
	}
	err := f(ctx, s.conn)
	if s.conn.IsClosed() || s.conn.PgConn().TxStatus() != 'I' { // 'I': in no transaction
		s.drop()
	}
	return err
}

func (s *Session) drop() {
	if s.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.conn.Close(ctx)
	s.conn = nil
	clear(s.held)
	s.life.Add(1)
}

// Claim takes locks, those that nobody else has, and says which. life is the
// session's they are held in.
func (s *Session) Claim(ctx context.Context, keys []int64) (got []bool, life int64, err error) {
	err = s.Do(ctx, nil, func(ctx context.Context, c *pgx.Conn) error {
		got, life = make([]bool, len(keys)), s.Life()
		var want []int64
		for i, k := range keys {
			if got[i] = s.held[k]; !got[i] {
				want = append(want, k)
			}
		}
		if len(want) == 0 {
			return nil
		}
		// The call stands in the list of columns: it is made once for each row.
		rows, err := c.Query(ctx, `SELECT k, pg_try_advisory_lock(k) FROM unnest($1::bigint[]) AS k`, want)
		if err != nil {
			return err
		}
		var key int64
		var ok bool
		_, err = pgx.ForEachRow(rows, []any{&key, &ok}, func() error {
			if ok {
				s.held[key] = true
			}
			return nil
		})
		for i, k := range keys {
			got[i] = s.held[k]
		}
		return err
	})
	return got, life, err
}

// Release gives locks back.
func (s *Session) Release(ctx context.Context, keys []int64) error {
	return s.Do(ctx, nil, func(ctx context.Context, c *pgx.Conn) error {
		var have []int64
		for _, k := range keys {
			if s.held[k] {
				have = append(have, k)
				delete(s.held, k)
			}
		}
		if len(have) == 0 {
			return nil
		}
		_, err := c.Exec(ctx, `SELECT pg_advisory_unlock(k) FROM unnest($1::bigint[]) AS k`, have)
		return err
	})
}

// Check asks the server whether all these are still held, and fails with ErrLost
// when they are not.
func (s *Session) Check(ctx context.Context, holding []int64) error {
	return s.Do(ctx, holding, func(ctx context.Context, c *pgx.Conn) error {
		if err := c.Ping(ctx); err != nil {
			return errors.Join(ErrLost, err)
		}
		return nil
	})
}

// watch finds out soon that the connection is gone, also while nobody writes.
func (s *Session) watch(ctx context.Context) {
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case <-s.turn:
			if s.conn != nil {
				_ = s.use(ctx, pulseTime, func(ctx context.Context, c *pgx.Conn) error { return c.Ping(ctx) })
			}
			s.turn <- struct{}{}
		case <-ctx.Done():
			return
		}
	}
}

func (s *Session) close() {
	s.workers.Wait()
	<-s.turn
	s.shut = true
	s.drop()
	s.turn <- struct{}{}
}
