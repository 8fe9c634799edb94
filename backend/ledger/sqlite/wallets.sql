-- Linked wallets, since version 2. As with orders: records are for ever, and a
-- customer's row is their sum. No row holds a telephone number.

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

CREATE INDEX wallets_watched ON wallets (customer) WHERE watched = 1;

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
