package pgdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bounds of what a backend asks of the server.
const (
	readers     = 8                // connections that read
	connectTime = 5 * time.Second  // for one attempt to connect
	Patience    = 15 * time.Second // for one statement or transaction
)

// Why a database cannot be used.
var (
	ErrForeign = errors.New("not this program's database")      // it has tables, and none of ours
	ErrNewer   = errors.New("written by a newer kasir-backend") // and this one cannot know what that meant
)

// DB is an open database.
type DB struct {
	Pool    *pgxpool.Pool // for reading, and for transactions that need no lock of the Session's
	Session *Session

	name string // without a password
	log  *slog.Logger
	ears *ears
	stop context.CancelFunc
}

// IsURL reports whether the text names a PostgreSQL database, and not a file.
func IsURL(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// Open connects to the database that a URL names, as libpq takes it
// (postgres://user@host/name). A password is best kept in the file ~/.pgpass.
// log may be nil.
func Open(ctx context.Context, address string, log *slog.Logger) (*DB, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	db := &DB{name: Redacted(address), log: log}
	if err := db.open(ctx, address); err != nil {
		return nil, fmt.Errorf("open database %s: %w", db.name, err)
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, address string) error {
	pool, err := pgxpool.ParseConfig(address)
	if err != nil {
		return errors.New("not a PostgreSQL URL") // the cause may quote a password
	}
	pool.MaxConns = readers
	tune(pool.ConnConfig)
	if db.Pool, err = pgxpool.NewWithConfig(ctx, pool); err != nil {
		return err
	}
	if err := db.Pool.Ping(ctx); err != nil {
		db.Pool.Close()
		return err
	}
	alive, stop := context.WithCancel(context.WithoutCancel(ctx))
	db.stop = stop
	db.Session = newSession(pool.ConnConfig.Copy())
	db.Session.workers.Go(func() { db.Session.watch(alive) })
	db.ears = newEars(pool.ConnConfig.Copy(), db.log)
	db.ears.workers.Go(func() { db.ears.run(alive) })
	return nil
}

// tune sets what every connection needs. The server must notice within a
// quarter of a minute that our machine is gone, since others wait for what it
// held; our own watch is quicker than that.
func tune(c *pgx.ConnConfig) {
	c.ConnectTimeout = connectTime
	for name, value := range map[string]string{
		"application_name": "kasir-backend", "timezone": "UTC", "client_encoding": "UTF8",
		"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "3", "tcp_keepalives_count": "3",
		"statement_timeout": "30000", "idle_in_transaction_session_timeout": "30000",
		"synchronous_commit": "on",
	} {
		c.RuntimeParams[name] = value
	}
}

// Redacted is a URL without what is secret in it.
func Redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://?"
	}
	q := u.Query()
	q.Del("password")
	u.RawQuery = q.Encode()
	return u.Redacted()
}

// Close gives up all connections, and with them every lock.
func (db *DB) Close() error {
	db.stop()
	db.ears.workers.Wait()
	db.Session.close()
	db.Pool.Close()
	return nil
}
