package pgdb

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// MaxPayload is how long one message to other backends may be, in bytes: the
// server takes less than 8000.
const MaxPayload = 7900

// relisten is the longest wait before another attempt to listen.
const relisten = 2 * time.Second

// Hearer takes what is told on a channel. Messages may be lost with a
// connection: Resumed is called after each that was made, since anything may
// have been told meanwhile. Neither may block.
type Hearer struct {
	Channel string // a plain word
	Heard   func(payload string)
	Resumed func() // nil: nothing
}

// ears is the connection that listens.
type ears struct {
	config  *pgx.ConnConfig
	log     *slog.Logger
	changed chan struct{} // holds one: there is another hearer
	workers sync.WaitGroup

	mu      sync.Mutex
	hearers []Hearer
}

func newEars(c *pgx.ConnConfig, log *slog.Logger) *ears {
	return &ears{config: c, log: log, changed: make(chan struct{}, 1)}
}

// Listen hands what is told on a channel to h, until the database is closed.
// Listening begins soon after, and is said by Resumed.
func (db *DB) Listen(h Hearer) {
	db.ears.mu.Lock()
	db.ears.hearers = append(db.ears.hearers, h)
	db.ears.mu.Unlock()
	select {
	case db.ears.changed <- struct{}{}:
	default:
	}
}

// Tell tells all that listen on a channel, ourselves included, in one
// transaction, and does not wait for a disk: what is told is a hint.
func (db *DB) Tell(ctx context.Context, channel string, payloads []string) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	b := &pgx.Batch{}
	b.Queue(`SELECT set_config('synchronous_commit', 'off', true)`)
	b.Queue(`SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p`, channel, payloads)
	return db.Pool.SendBatch(ctx, b).Close()
}

// run listens, again and again.
func (e *ears) run(ctx context.Context) {
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		began := time.Now()
		err := e.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		e.log.Warn("listening to the database stopped; it begins again", "error", err)
		wait = min(relisten, wait*2+20*time.Millisecond+rand.N(80*time.Millisecond))
		if time.Since(began) > relisten {
			wait = 0
		}
	}
}

func (e *ears) listen(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, e.config)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		conn.Close(ctx)
	}()
	known := 0
	for {
		e.mu.Lock()
		hearers := e.hearers
		e.mu.Unlock()
		for _, h := range hearers[known:] {
			if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{h.Channel}.Sanitize()); err != nil {
				return err
			}
			if h.Resumed != nil {
				h.Resumed()
			}
		}
		known = len(hearers)
		if err := e.hear(ctx, conn, hearers); err != nil {
			return err
		}
	}
}

// hear hands on what comes, until there is another hearer. A connection on
// which nothing comes for long is asked whether it lives.
func (e *ears) hear(ctx context.Context, conn *pgx.Conn, hearers []Hearer) error {
	for {
		wait, cancel := context.WithTimeout(ctx, 5*time.Second)
		stop := make(chan struct{})
		again := make(chan bool, 1)
		go func() {
			select {
			case <-e.changed:
				cancel()
				again <- true
			case <-stop:
				again <- false
			}
		}()
		n, err := conn.WaitForNotification(wait)
		quiet := wait.Err() != nil
		close(stop)
		cancel()
		changed := <-again
		if err == nil {
			for _, h := range hearers {
				if h.Channel == n.Channel {
					h.Heard(n.Payload)
				}
			}
		} else if ctx.Err() != nil || !quiet || conn.IsClosed() {
			return err
		}
		if changed {
			return nil
		}
		if err != nil {
			live, cancel := context.WithTimeout(ctx, pulseTime)
			err = conn.Ping(live)
			cancel()
			if err != nil {
				return err
			}
		}
	}
}
