-- Since version 5 an order has a number of its own, and its facts lie under that
-- and not under its name: what one commit writes of many devices' orders is
-- together, and not on a page for each of them in one index more. The list of what
-- is watched is short, and sorted by name when it is asked for.

CREATE TABLE numbered_orders (
    no       INTEGER PRIMARY KEY,
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
INSERT INTO numbered_orders (order_id, version, watched, device, state, amount, asked_ms, alarmed, body)
    SELECT order_id, version, watched, device, state, amount, asked_ms, alarmed, body FROM orders ORDER BY rowid;
DROP TABLE orders;
ALTER TABLE numbered_orders RENAME TO orders;

CREATE INDEX orders_watched ON orders (no) WHERE watched = 1;
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

CREATE TABLE order_facts (
    no    INTEGER NOT NULL, -- the order's
    n     INTEGER NOT NULL, -- 1, 2, 3 ... by order
    kind  TEXT    NOT NULL,
    at_ms INTEGER NOT NULL,
    body  TEXT    NOT NULL,
    PRIMARY KEY (no, n)
) STRICT, WITHOUT ROWID;
-- A fact of no order, which there cannot be, ends the step here and is not lost.
INSERT INTO order_facts SELECT o.no, f.n, f.kind, f.at_ms, f.body FROM facts AS f LEFT JOIN orders AS o USING (order_id) ORDER BY 1, 2;
DROP TABLE facts;
CREATE TRIGGER order_facts_update BEFORE UPDATE ON order_facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE TRIGGER order_facts_delete BEFORE DELETE ON order_facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;

-- As they are read, and as they were before.
CREATE VIEW facts AS SELECT o.order_id, f.n, f.kind, f.at_ms, f.body FROM orders AS o JOIN order_facts AS f USING (no);
