-- Since version 4 what is looked for has columns of its own, which the writer
-- fills: SQLite need not parse an order's JSON a dozen times for each change. And
-- rows lie in the order in which they were made, so that a commit of many devices'
-- orders touches a few pages and not one for each.

CREATE TABLE plain_orders (
    order_id TEXT NOT NULL UNIQUE,
    version  INTEGER NOT NULL,
    watched  INTEGER NOT NULL,
    device   TEXT NOT NULL,
    state    TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL,
    alarmed  INTEGER NOT NULL,
    body     TEXT NOT NULL
) STRICT;

INSERT INTO plain_orders (order_id, version, watched, device, state, amount, asked_ms, alarmed, body)
    SELECT order_id, version, watched, device, state, amount, ifnull(body ->> 'asked_ms', 0), body ->> 'alarm' IS NOT NULL, body
    FROM orders ORDER BY ifnull(body ->> 'asked_ms', 0), order_id;
DROP TABLE orders;
ALTER TABLE plain_orders RENAME TO orders;

-- The sweep's list: a few rows, however many orders there have been.
CREATE INDEX orders_watched ON orders (order_id) WHERE watched = 1;
-- For a person's pages: by time, by amount, and the few that have an alarm.
CREATE INDEX orders_asked ON orders (asked_ms, order_id);
CREATE INDEX orders_amount ON orders (amount, asked_ms, order_id);
CREATE INDEX orders_alarmed ON orders (asked_ms, order_id) WHERE alarmed = 1;

CREATE TRIGGER orders_delete BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'orders are for ever'); END;
CREATE TRIGGER orders_back BEFORE UPDATE ON orders WHEN new.version <= old.version
    BEGIN SELECT RAISE(ABORT, 'an order does not go back'); END;
CREATE TRIGGER orders_unsettled BEFORE UPDATE ON orders WHEN old.state = 'settled' AND new.state <> 'settled'
    BEGIN SELECT RAISE(ABORT, 'a settlement is not taken back'); END;

CREATE TRIGGER takings_settled AFTER UPDATE ON orders WHEN old.state <> 'settled' AND new.state = 'settled' BEGIN
    INSERT INTO takings (hour, device, count, paid)
        VALUES (ifnull(new.body ->> 'settled_ms', 0) / 3600000, new.device, 1, ifnull(new.body ->> 'paid', 0))
        ON CONFLICT (hour, device) DO UPDATE SET count = count + 1, paid = paid + excluded.paid;
END;
CREATE TRIGGER takings_first AFTER INSERT ON orders WHEN new.state = 'settled' BEGIN
    INSERT INTO takings (hour, device, count, paid)
        VALUES (ifnull(new.body ->> 'settled_ms', 0) / 3600000, new.device, 1, ifnull(new.body ->> 'paid', 0))
        ON CONFLICT (hour, device) DO UPDATE SET count = count + 1, paid = paid + excluded.paid;
END;

CREATE TABLE plain_facts (
    order_id TEXT    NOT NULL,
    n        INTEGER NOT NULL, -- 1, 2, 3 ... by order
    kind     TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    UNIQUE (order_id, n)
) STRICT;
INSERT INTO plain_facts SELECT order_id, n, kind, at_ms, body FROM facts ORDER BY at_ms, order_id, n;
DROP TABLE facts;
ALTER TABLE plain_facts RENAME TO facts;
CREATE TRIGGER facts_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE TRIGGER facts_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
