// Package store is the device's journal: append-only rows in SQLite, each with
// the hash of the one before, durable when Append returns. All SQL of the
// device lives here. It knows rows, not sales: what a row means is the
// business of package terminal, and the program in cmd/kasir carries one to
// the other. It imports no other room.
//
// Durability rests on three things, each with a test: WAL mode with
// synchronous=FULL on every connection (go-sqlite3 silently falls back to
// NORMAL, which loses acknowledged commits at a power cut, when the data source
// name does not say otherwise); one writer; and an error on a commit being
// final for the handle, because after a failed fsync a retry that succeeds
// proves nothing.
//
// What an Open finds is durable too before it returns: the log that a killed
// program left may hold rows that were never synced, so it is written anew.
//
// A new file also needs its name on disk. SQLite syncs the directory when it
// first syncs a write-ahead log that it has made; Open syncs it once more
// before the first row can be appended, so it does not rest on that.
//
// On disk there are FILE, and while it is open FILE-wal, FILE-shm and
// FILE.lock, for a moment of an Open also FILE-wal.new. A power cut leaves them
// all; FILE-wal may then hold rows that are not in FILE yet, so the two belong
// together. The lock stays, and is empty.
package store
