-- What a person watches: orders of an amount, what was settled when, with all
-- that is summed up, and the few orders that have an alarm. The columns are read
-- out of the body, which encoding/json wrote: a quote inside of a text has a
-- backslash before it there, so none of these names can be part of one.

ALTER TABLE orders
    ADD COLUMN settled_ms bigint GENERATED ALWAYS AS (substring(body from '"settled_ms":([0-9]+)')::bigint) STORED,
    ADD COLUMN paid bigint GENERATED ALWAYS AS (substring(body from '"paid":([0-9]+)')::bigint) STORED,
    ADD COLUMN alarmed boolean NOT NULL GENERATED ALWAYS AS (strpos(body, '"alarm":"') > 0) STORED;

CREATE INDEX orders_amount ON orders (amount, asked_ms, order_id);
CREATE INDEX orders_settled ON orders (settled_ms) INCLUDE (device, paid) WHERE state = 'settled';
CREATE INDEX orders_alarmed ON orders (asked_ms, order_id) WHERE alarmed;
