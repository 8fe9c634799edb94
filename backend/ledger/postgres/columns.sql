-- What a person watches is told by whoever writes, and no longer read out of the
-- body with patterns at every change.

ALTER TABLE orders ALTER COLUMN settled_ms DROP EXPRESSION;
ALTER TABLE orders ALTER COLUMN paid DROP EXPRESSION;
ALTER TABLE orders ALTER COLUMN alarmed DROP EXPRESSION;

-- book_orders writes the sums of a batch. Each order must be stored in the
-- version before, 0 for not at all, or nothing is written.
CREATE FUNCTION book_orders(ids text[], before bigint[], versions bigint[], watches boolean[], parts int[],
    names text[], states text[], amounts bigint[], times bigint[], bodies text[],
    settles bigint[], payments bigint[], alarms boolean[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE made bigint := 0; changed bigint := 0;
BEGIN
    IF 0 = ANY (before) THEN
        INSERT INTO orders (order_id, version, watched, part, device, state, amount, asked_ms, body, settled_ms, paid, alarmed)
            SELECT u.id, u.version, u.watched, u.part, u.name, u.state, u.amount, u.at, u.body, u.settled, u.paid, u.alarmed
            FROM unnest(ids, before, versions, watches, parts, names, states, amounts, times, bodies, settles, payments, alarms)
                AS u (id, before, version, watched, part, name, state, amount, at, body, settled, paid, alarmed)
            WHERE u.before = 0 ORDER BY u.id
            ON CONFLICT (order_id) DO NOTHING;
        GET DIAGNOSTICS made = ROW_COUNT;
    END IF;
    IF 0 < ANY (before) THEN
        UPDATE orders AS o SET version = u.version, watched = u.watched, state = u.state, body = u.body,
                settled_ms = u.settled, paid = u.paid, alarmed = u.alarmed
            FROM unnest(ids, before, versions, watches, states, bodies, settles, payments, alarms)
                AS u (id, before, version, watched, state, body, settled, paid, alarmed)
            WHERE u.before > 0 AND o.order_id = u.id AND o.version = u.before;
        GET DIAGNOSTICS changed = ROW_COUNT;
    END IF;
    IF made + changed <> cardinality(ids) THEN
        RAISE EXCEPTION 'stale' USING ERRCODE = 'KS001';
    END IF;
END $$;

-- A backend of an earlier release, which still runs while the others are replaced,
-- does not tell: for it they are read as they were.
CREATE OR REPLACE FUNCTION book_orders(ids text[], before bigint[], versions bigint[], watches boolean[], parts int[],
    names text[], states text[], amounts bigint[], times bigint[], bodies text[]) RETURNS void LANGUAGE sql AS $$
    SELECT book_orders(ids, before, versions, watches, parts, names, states, amounts, times, bodies,
        (SELECT array_agg(substring(b from '"settled_ms":([0-9]+)')::bigint ORDER BY n) FROM unnest(bodies) WITH ORDINALITY AS u (b, n)),
        (SELECT array_agg(substring(b from '"paid":([0-9]+)')::bigint ORDER BY n) FROM unnest(bodies) WITH ORDINALITY AS u (b, n)),
        (SELECT array_agg(strpos(b, '"alarm":"') > 0 ORDER BY n) FROM unnest(bodies) WITH ORDINALITY AS u (b, n)))
$$;
