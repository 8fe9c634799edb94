-- The merchant's papers: each as it stands, and every version it had. Times are
-- Unix milliseconds.

CREATE TABLE papers (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    key     TEXT    NOT NULL,
    open    INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX papers_key ON papers (kind, key, id);

-- The sweep's list: a few rows, however many papers there are.
CREATE INDEX papers_open ON papers (kind, id) WHERE open = 1;

CREATE TABLE versions (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (kind, id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER versions_update BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions are append-only'); END;
CREATE TRIGGER versions_delete BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'versions are append-only'); END;
CREATE TRIGGER papers_delete BEFORE DELETE ON papers BEGIN SELECT RAISE(ABORT, 'papers are for ever'); END;
CREATE TRIGGER papers_back BEFORE UPDATE ON papers WHEN new.version <> old.version + 1
    BEGIN SELECT RAISE(ABORT, 'a paper has one next version'); END;
