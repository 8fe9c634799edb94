-- Copies of devices' journals, version 1. Rows are only ever added.

CREATE TABLE journal_copies (
	id       INTEGER PRIMARY KEY,
	device   TEXT    NOT NULL,
	journal  TEXT    NOT NULL,
	version  INTEGER NOT NULL,
	branch   INTEGER NOT NULL,
	seq      INTEGER NOT NULL,
	hash     BLOB    NOT NULL,
	at_ms    INTEGER NOT NULL,
	flag     TEXT    NOT NULL,
	flag_seq INTEGER NOT NULL,
	flag_ms  INTEGER NOT NULL,
	seen     TEXT    NOT NULL,
	UNIQUE (device, journal)
) STRICT;

CREATE INDEX journal_copies_stopped ON journal_copies (device, journal) WHERE flag <> '' AND seen = '';

CREATE TABLE journal_rows (
	copy     INTEGER NOT NULL,
	branch   INTEGER NOT NULL,
	seq      INTEGER NOT NULL,
	kind     TEXT    NOT NULL,
	order_id TEXT    NOT NULL,
	amount   INTEGER NOT NULL,
	day      INTEGER NOT NULL,
	at_ms    INTEGER NOT NULL,
	body     BLOB,
	hash     BLOB    NOT NULL,
	PRIMARY KEY (copy, branch, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER journal_rows_no_update BEFORE UPDATE ON journal_rows
BEGIN SELECT RAISE(ABORT, 'copies of journals are append-only'); END;
CREATE TRIGGER journal_rows_no_delete BEFORE DELETE ON journal_rows
BEGIN SELECT RAISE(ABORT, 'copies of journals are append-only'); END;

CREATE TABLE journal_doubts (
	order_id TEXT    NOT NULL,
	device   TEXT    NOT NULL,
	amount   INTEGER NOT NULL,
	seq      INTEGER NOT NULL,
	at_ms    INTEGER NOT NULL,
	PRIMARY KEY (order_id, device)
) STRICT, WITHOUT ROWID;
