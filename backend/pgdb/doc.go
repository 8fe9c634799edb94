// Package pgdb opens a PostgreSQL database that several kasir-backends may
// share: a pool of connections to read with, one session that writes and holds
// locks, a connection that listens, and a schema of parts that only ever move
// forward. What is in the tables it does not know. Next rooms to visit:
// backend/ledger/postgres and backend/merchant/shelf/postgres, which do.
//
// A room that wants to keep something here has two ways. Papers on the
// merchant.Shelf (a kind, an id, a version and JSON) need no table, no SQL and
// no migration, and work with either engine. A table of its own is a Part with
// a name of its own: pass it to Migrate.
//
// What a Session holds, no other one does, in any process: its locks live as
// long as its connection, and it writes over that very connection. So whatever
// it can still commit, it still held while committing.
//
// Connect without a pooler, or with one that keeps a session together: locks
// and listening belong to a connection.
package pgdb
