-- The backend's book. Facts are for ever; an order's row is their sum, kept in
-- the same transaction. Amounts are whole rupiah, times Unix milliseconds. Names
-- are compared byte by byte, as SQLite does. Bodies are JSON, kept as the text
-- they are: what a provider says may hold what jsonb does not take.

CREATE TABLE orders (
    order_id text COLLATE "C" PRIMARY KEY,
    version  bigint  NOT NULL,
    watched  boolean NOT NULL,
    part     int     NOT NULL, -- of the device; see partOf
    device   text COLLATE "C" NOT NULL,
    state    text    NOT NULL,
    amount   bigint  NOT NULL,
    asked_ms bigint  NOT NULL,
    body     text    NOT NULL
);

-- The sweep's list: a few rows, however many orders there have been.
CREATE INDEX orders_watched ON orders (part, order_id) WHERE watched;
CREATE INDEX orders_watched_id ON orders (order_id) WHERE watched;
CREATE INDEX orders_asked ON orders (asked_ms, order_id);

CREATE TABLE facts (
    order_id text COLLATE "C" NOT NULL,
    n        bigint NOT NULL, -- 1, 2, 3 ... by order
    kind     text   NOT NULL,
    at_ms    bigint NOT NULL,
    body     text   NOT NULL,
    PRIMARY KEY (order_id, n)
);

CREATE TABLE devices (
    device text COLLATE "C" PRIMARY KEY,
    next   bigint NOT NULL, -- lowest order number not used
    latest bigint NOT NULL  -- newest seq in news
);

CREATE TABLE news (
    device   text COLLATE "C" NOT NULL,
    seq      bigint NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (device, seq)
);

CREATE FUNCTION kasir_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'KS002'; END $$;

CREATE TRIGGER facts_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON facts EXECUTE FUNCTION kasir_refuse('facts are append-only');
CREATE TRIGGER news_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON news EXECUTE FUNCTION kasir_refuse('news is append-only');
CREATE TRIGGER orders_kept BEFORE DELETE OR TRUNCATE ON orders EXECUTE FUNCTION kasir_refuse('orders are for ever');
CREATE TRIGGER orders_back AFTER UPDATE ON orders FOR EACH ROW WHEN (new.version <= old.version)
    EXECUTE FUNCTION kasir_refuse('an order does not go back');
CREATE TRIGGER orders_unsettled AFTER UPDATE ON orders FOR EACH ROW WHEN (old.state = 'settled' AND new.state <> 'settled')
    EXECUTE FUNCTION kasir_refuse('a settlement is not taken back');

-- book_orders writes the sums of a batch. Each order must be stored in the
-- version before, 0 for not at all, or nothing is written.
CREATE FUNCTION book_orders(ids text[], before bigint[], versions bigint[], watches boolean[], parts int[],
    names text[], states text[], amounts bigint[], times bigint[], bodies text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE made bigint; changed bigint;
BEGIN
    INSERT INTO orders (order_id, version, watched, part, device, state, amount, asked_ms, body)
        SELECT u.id, u.version, u.watched, u.part, u.name, u.state, u.amount, u.at, u.body
        FROM unnest(ids, before, versions, watches, parts, names, states, amounts, times, bodies)
            AS u (id, before, version, watched, part, name, state, amount, at, body)
        WHERE u.before = 0 ORDER BY u.id
        ON CONFLICT (order_id) DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    UPDATE orders AS o SET version = u.version, watched = u.watched, state = u.state, body = u.body
        FROM unnest(ids, before, versions, watches, states, bodies) AS u (id, before, version, watched, state, body)
        WHERE u.before > 0 AND o.order_id = u.id AND o.version = u.before;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF made + changed <> cardinality(ids) THEN
        RAISE EXCEPTION 'stale' USING ERRCODE = 'KS001';
    END IF;
END $$;
