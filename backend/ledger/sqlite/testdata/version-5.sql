PRAGMA application_id = 1801548642;
PRAGMA user_version = 5;
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
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE wallets (
    customer TEXT PRIMARY KEY,
    version  INTEGER NOT NULL,
    watched  INTEGER NOT NULL,
    body     TEXT NOT NULL,
    state    TEXT NOT NULL GENERATED ALWAYS AS (coalesce(body ->> 'state', '')) STORED
) STRICT, WITHOUT ROWID;
CREATE TABLE wallet_facts (
    customer TEXT    NOT NULL,
    n        INTEGER NOT NULL, -- 1, 2, 3 ... by customer
    kind     TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (customer, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE links (
    link_id  TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    body     TEXT NOT NULL,
    account  TEXT NOT NULL GENERATED ALWAYS AS (coalesce(body ->> 'account', '')) STORED
) STRICT, WITHOUT ROWID;
CREATE TABLE takings (
    hour   INTEGER NOT NULL, -- since 1970, UTC
    device TEXT    NOT NULL,
    count  INTEGER NOT NULL,
    paid   INTEGER NOT NULL, -- rupiah
    PRIMARY KEY (hour, device)
) STRICT, WITHOUT ROWID;
CREATE TABLE "orders" (
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
CREATE TABLE order_facts (
    no    INTEGER NOT NULL, -- the order's
    n     INTEGER NOT NULL, -- 1, 2, 3 ... by order
    kind  TEXT    NOT NULL,
    at_ms INTEGER NOT NULL,
    body  TEXT    NOT NULL,
    PRIMARY KEY (no, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE epoch (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	id  TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32)
) STRICT;
INSERT INTO devices (device, next, latest) VALUES ('TOKO', 5, 3);
INSERT INTO news (device, seq, order_id) VALUES ('TOKO', 1, 'TOKO-00000001');
INSERT INTO news (device, seq, order_id) VALUES ('TOKO', 2, 'TOKO-00000002');
INSERT INTO news (device, seq, order_id) VALUES ('TOKO', 3, 'TOKO-00000003');
INSERT INTO secrets (name, body) VALUES ('customers', X'00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF');
INSERT INTO wallets (customer, version, watched, body) VALUES ('c-1', 1, 1, '{"customer":"c-1","version":1,"phone":"****7890","attempts":[{"link":"TOKO-00000004","journal":"0123456789abcdef0123456789abcdef","asked_ms":1760000000000}]}');
INSERT INTO wallet_facts (customer, n, kind, at_ms, body) VALUES ('c-1', 1, 'asked', 1760000000000, '{"kind":"asked","link":"TOKO-00000004","at_ms":1760000000000}');
INSERT INTO links (link_id, customer, body) VALUES ('TOKO-00000004', 'c-1', '{"link":"TOKO-00000004","journal":"0123456789abcdef0123456789abcdef"}');
INSERT INTO takings (hour, device, count, paid) VALUES (488888, 'TOKO', 1, 500);
INSERT INTO orders (no, order_id, version, watched, device, state, amount, asked_ms, alarmed, body) VALUES (1, 'TOKO-00000001', 2, 0, 'TOKO', 'settled', 500, 1760000000000, 0, '{"order":"TOKO-00000001","device":"TOKO","number":1,"version":2,"state":"settled","amount":500,"journal":"0123456789abcdef0123456789abcdef","payment_type":"qris","lifetime_ms":900000,"asked_ms":1760000000000,"paid":500,"settled_ms":1759996800000,"issuer":"gopay ''é''"}');
INSERT INTO orders (no, order_id, version, watched, device, state, amount, asked_ms, alarmed, body) VALUES (2, 'TOKO-00000002', 2, 1, 'TOKO', 'pending', 501, 1760000000000, 0, '{"order":"TOKO-00000002","device":"TOKO","number":2,"version":2,"state":"pending","amount":501,"journal":"0123456789abcdef0123456789abcdef","payment_type":"qris","lifetime_ms":900000,"asked_ms":1760000000000}');
INSERT INTO orders (no, order_id, version, watched, device, state, amount, asked_ms, alarmed, body) VALUES (3, 'TOKO-00000003', 2, 0, 'TOKO', 'cancelled', 502, 1760000000000, 0, '{"order":"TOKO-00000003","device":"TOKO","number":3,"version":2,"state":"cancelled","amount":502,"journal":"0123456789abcdef0123456789abcdef","payment_type":"qris","lifetime_ms":900000,"asked_ms":1760000000000}');
INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES (1, 1, 'asked', 1760000000000, '{"kind":"asked","at_ms":1760000000000,"amount":500}');
INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES (1, 2, 'settled', 1760000000001, '{"kind":"settled","at_ms":1760000000001,"amount":500}');
INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES (2, 1, 'asked', 1760000000000, '{"kind":"asked","at_ms":1760000000000,"amount":501}');
INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES (2, 2, 'created', 1760000000001, '{"kind":"created","at_ms":1760000000001,"amount":501}');
INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES (3, 1, 'asked', 1760000000000, '{"kind":"asked","at_ms":1760000000000,"amount":502}');
INSERT INTO order_facts (no, n, kind, at_ms, body) VALUES (3, 2, 'cancelled', 1760000000001, '{"kind":"cancelled","at_ms":1760000000001,"amount":502}');
CREATE TRIGGER news_update BEFORE UPDATE ON news BEGIN SELECT RAISE(ABORT, 'news is append-only'); END;
CREATE TRIGGER news_delete BEFORE DELETE ON news BEGIN SELECT RAISE(ABORT, 'news is append-only'); END;
CREATE INDEX wallets_watched ON wallets (customer) WHERE watched = 1;
CREATE INDEX links_account ON links (account) WHERE account <> '';
CREATE TRIGGER secrets_update BEFORE UPDATE ON secrets BEGIN SELECT RAISE(ABORT, 'a secret is made once'); END;
CREATE TRIGGER secrets_delete BEFORE DELETE ON secrets BEGIN SELECT RAISE(ABORT, 'a secret is made once'); END;
CREATE TRIGGER wallet_facts_update BEFORE UPDATE ON wallet_facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE TRIGGER wallet_facts_delete BEFORE DELETE ON wallet_facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE TRIGGER wallets_delete BEFORE DELETE ON wallets BEGIN SELECT RAISE(ABORT, 'customers are for ever'); END;
CREATE TRIGGER wallets_back BEFORE UPDATE ON wallets WHEN new.version <= old.version
    BEGIN SELECT RAISE(ABORT, 'a wallet does not go back'); END;
CREATE TRIGGER links_delete BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'links are for ever'); END;
CREATE TRIGGER links_moved BEFORE UPDATE ON links WHEN new.customer <> old.customer
    BEGIN SELECT RAISE(ABORT, 'a link stays its customer''s'); END;
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
CREATE TRIGGER order_facts_update BEFORE UPDATE ON order_facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE TRIGGER order_facts_delete BEFORE DELETE ON order_facts BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END;
CREATE VIEW facts AS SELECT o.order_id, f.n, f.kind, f.at_ms, f.body FROM orders AS o JOIN order_facts AS f USING (no);
