-- Linked wallets. As with orders: records are for ever, and a customer's row is
-- their sum. No row holds a telephone number.

CREATE TABLE secrets (
    name text PRIMARY KEY,
    body bytea NOT NULL
);

CREATE TABLE wallets (
    customer text COLLATE "C" PRIMARY KEY,
    version  bigint  NOT NULL,
    watched  boolean NOT NULL,
    state    text    NOT NULL,
    body     text    NOT NULL
);

CREATE INDEX wallets_watched ON wallets (customer) WHERE watched;

CREATE TABLE wallet_facts (
    customer text COLLATE "C" NOT NULL,
    n        bigint NOT NULL, -- 1, 2, 3 ... by customer
    kind     text   NOT NULL,
    at_ms    bigint NOT NULL,
    body     text   NOT NULL,
    PRIMARY KEY (customer, n)
);

CREATE TABLE links (
    link_id  text COLLATE "C" PRIMARY KEY,
    customer text COLLATE "C" NOT NULL,
    account  text NOT NULL,
    body     text NOT NULL
);

CREATE INDEX links_account ON links (account) WHERE account <> '';

CREATE TRIGGER secrets_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON secrets EXECUTE FUNCTION kasir_refuse('a secret is made once');
CREATE TRIGGER wallet_facts_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_facts EXECUTE FUNCTION kasir_refuse('facts are append-only');
CREATE TRIGGER wallets_kept BEFORE DELETE OR TRUNCATE ON wallets EXECUTE FUNCTION kasir_refuse('customers are for ever');
CREATE TRIGGER wallets_back AFTER UPDATE ON wallets FOR EACH ROW WHEN (new.version <= old.version)
    EXECUTE FUNCTION kasir_refuse('a wallet does not go back');
CREATE TRIGGER links_kept BEFORE DELETE OR TRUNCATE ON links EXECUTE FUNCTION kasir_refuse('links are for ever');
CREATE TRIGGER links_moved AFTER UPDATE ON links FOR EACH ROW WHEN (new.customer <> old.customer)
    EXECUTE FUNCTION kasir_refuse('a link stays its customer''s');
