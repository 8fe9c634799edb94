// Package store is the device's journal: append-only rows in SQLite, each with
// the hash of the one before, durable when Append returns. All SQL of the
// device lives here. It knows rows, not sales: what a row means is the
// business of package terminal, and the program in cmd/kasir carries one to
// the other. It imports no other room.
//
// Durability rests on three things, each proven by a test: WAL mode with
// synchronous=FULL on every connection (go-sqlite3 silently falls back to
// NORMAL, which loses acknowledged commits at a power cut, when the data source
// name does not say otherwise); one writer; and an error on a commit being
// final for the handle, because after a failed fsync a retry that succeeds
// proves nothing.
//
// SQLite syncs the directory itself when it creates the write-ahead log;
// Create syncs it once more for the database file.
package store
