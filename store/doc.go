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
// A new journal is written beside its place, whole and with its identity, synced,
// and then renamed: a power cut leaves it or nothing. Its name needs a sync of the
// directory, and Open has done that when it returns; SQLite does the same for the
// write-ahead log that it makes.
//
// All of that can be checked: make crash cuts the power 22 000 times, at every
// write, truncation, sync, new name and removal of a journal's lives, during
// recovery and migration and after the program died, with what was not synced
// dropped, torn, out of order or noise; and it fails the card at every call of
// a life, once and for good. No cut lost a row that was acknowledged or left a
// journal that does not verify. The same search over the driver's own
// synchronous mode loses rows in 295 of 500 cuts. See package crashvfs.
//
// A journal that has stopped says why (ReasonOf) and can be taken up again
// without a new process when the card works again (Reopen).
//
// A file whose first page is bad is not taken for an empty one or somebody else's
// while rows of a journal are behind it, in its pages or in its log, and a log that
// has rows which SQLite cannot find in it is damage, not the trace of a power cut.
//
// What can be read of one that is damaged can be carried into a new one (Salvage)
// that takes its place (Succeed); the damaged one is kept as FILE.broken-1, with
// its log beside it, and so on. For a moment there are FILE.fresh and FILE.next.
//
// On disk there are FILE, and while it is open FILE-wal, FILE-shm and
// FILE.lock, for a moment of an Open also FILE.new or FILE-wal.new. A power cut leaves them
// all; FILE-wal may then hold rows that are not in FILE yet, so the two belong
// together. The lock stays, and is empty.
package store
