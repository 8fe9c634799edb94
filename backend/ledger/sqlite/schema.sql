-- The backend's book. Facts are for ever; an order's row is their sum, kept in
-- the same transaction. Amounts are whole rupiah, times Unix milliseconds.

CREATE TABLE orders (
    order_id TEXT PRIMARY KEY,
    version  INTEGER NOT NULL,
    watched  INTEGER NOT NULL,
    body     TEXT NOT NULL,
    device   TEXT    NOT NULL GENERATED ALWAYS AS (body ->> 'device') STORED,
    state    TEXT    NOT NULL GENERATED ALWAYS AS (body ->> 'state') STORED,
    amount   INTEGER NOT NULL GENERATED ALWAYS AS (body ->> 'amount') STORED
) STRICT, WITHOUT ROWID;

-- The sweep's list: a few rows, however many orders there have been.
CREATE INDEX orders_watched ON orders (order_id) WHERE watched = 1;

CREATE TABLE facts (
    order_id TEXT    NOT NULL,
    n        INTEGER NOT NULL, -- 1, 2, 3 ... by order
    kind     TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (order_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    device TEXT PRIMARY KEY,
    next   INTEGER NOT NULL, -- lowest order number not used
    latest INTEGER NOT NULL  -- newest seq in news
) STRICT, WITHOUT ROWID;

CREATE TABLE news (
    device   TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    order_id TEXT    NOT NULL,
    PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER facts_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE TRIGGER facts_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE TRIGGER news_update BEFORE UPDATE ON news BEGIN SELECT RAISE(ABORT, 'news is append-only'); END;
CREATE TRIGGER news_delete BEFORE DELETE ON news BEGIN SELECT RAISE(ABORT, 'news is append-only'); END;
CREATE TRIGGER orders_delete BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'orders are for ever'); END;
CREATE TRIGGER orders_back BEFORE UPDATE ON orders WHEN new.version <= old.version
    BEGIN SELECT RAISE(ABORT, 'an order does not go back'); END;
CREATE TRIGGER orders_unsettled BEFORE UPDATE ON orders WHEN old.body ->> 'state' = 'settled' AND new.body ->> 'state' <> 'settled'
    BEGIN SELECT RAISE(ABORT, 'a settlement is not taken back'); END;
