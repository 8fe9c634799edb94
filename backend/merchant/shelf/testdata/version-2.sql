PRAGMA application_id = 1801548653;
PRAGMA user_version = 2;
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
CREATE TABLE versions (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (kind, id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO papers (kind, id, version, key, open, at_ms, body) VALUES ('device', 'toko-1', 1, '', 0, 9, '{"name":"toko-1"}');
INSERT INTO papers (kind, id, version, key, open, at_ms, body) VALUES ('refund', 'a', 2, 'WEB-1', 1, 7, '{"n":2}');
INSERT INTO papers (kind, id, version, key, open, at_ms, body) VALUES ('snap', 'W-1', 1, '', 0, 8, '{"asked_at_ms":20}');
INSERT INTO versions (kind, id, version, at_ms, body) VALUES ('device', 'toko-1', 1, 9, '{"name":"toko-1"}');
INSERT INTO versions (kind, id, version, at_ms, body) VALUES ('refund', 'a', 1, 6, '{"n":1}');
INSERT INTO versions (kind, id, version, at_ms, body) VALUES ('refund', 'a', 2, 7, '{"n":2}');
INSERT INTO versions (kind, id, version, at_ms, body) VALUES ('snap', 'W-1', 1, 8, '{"asked_at_ms":20}');
CREATE INDEX papers_key ON papers (kind, key, id);
CREATE INDEX papers_open ON papers (kind, id) WHERE open = 1;
CREATE TRIGGER versions_update BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions are append-only'); END;
CREATE TRIGGER versions_delete BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'versions are append-only'); END;
CREATE TRIGGER papers_delete BEFORE DELETE ON papers BEGIN SELECT RAISE(ABORT, 'papers are for ever'); END;
CREATE TRIGGER papers_back BEFORE UPDATE ON papers WHEN new.version <> old.version + 1
    BEGIN SELECT RAISE(ABORT, 'a paper has one next version'); END;
CREATE INDEX papers_asked ON papers (body ->> 'asked_at_ms', id) WHERE kind = 'snap';
