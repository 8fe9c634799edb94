-- The journal, version 1. Rows are only ever added: the triggers refuse
-- everything else, for this program and for a curious sqlite3 shell alike.
-- REPLACE deletes without asking a delete trigger, so inserts are watched too.

CREATE TABLE identity (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	id  TEXT NOT NULL CHECK (length(id) = 32)
) STRICT;

CREATE TABLE journal (
	seq    INTEGER PRIMARY KEY CHECK (seq > 0),
	kind   TEXT    NOT NULL,
	order_ TEXT    NOT NULL,
	amount INTEGER NOT NULL,
	day    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	body   BLOB    NOT NULL,
	prev   BLOB    NOT NULL CHECK (length(prev) = 32),
	hash   BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Covers Sum: the day's takings are read from the index alone.
CREATE INDEX journal_day ON journal (day, kind, amount);

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_gap BEFORE INSERT ON journal
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
BEGIN SELECT RAISE(ABORT, 'journal is append-only and has no gaps'); END;
CREATE TRIGGER identity_no_update BEFORE UPDATE ON identity
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER identity_no_delete BEFORE DELETE ON identity
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER identity_no_second BEFORE INSERT ON identity
WHEN EXISTS (SELECT 1 FROM identity)
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
