// Package crashvfs is a disk that can lose power, under the real SQLite of the
// program that it is linked into. Only tests import it.
//
// It is a file system of SQLite's (a VFS) before the usual one, so what is
// tested opens its files as it always does. Files in a folder that is watched
// (Watch) work as usual, except that nothing is synced, and everything that
// would change the disk goes on a tape: each write, truncation, sync, new name
// and removal. A Player runs along a tape and says at any place what a power
// cut would leave: what was synced, and of the rest nothing, all, a torn
// prefix, or any of the sectors. A Plan lets calls fail instead.
//
// What is believed of a disk: a sync that succeeded keeps its promise; a write
// that was not synced changes no byte outside itself (SQLite's "powersafe
// overwrite", its default); a name is durable after a sync of its folder, which
// SQLite does with the first sync of a log that it made. A sync that fails
// loses what it was for, and no later one brings that back, which is what Linux
// does. A disk that lies about syncs is out of reach of any journal.
//
// It knows SQLite's files, not what is in them, and imports no other room. The
// tests of package store are where it is put to work.
package crashvfs
