CREATE TABLE journal_copies (
	id       bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	device   text COLLATE "C" NOT NULL,
	journal  text COLLATE "C" NOT NULL,
	version  bigint NOT NULL,
	branch   int    NOT NULL,
	seq      bigint NOT NULL,
	hash     bytea  NOT NULL,
	at_ms    bigint NOT NULL,
	flag     text   NOT NULL,
	flag_seq bigint NOT NULL,
	flag_ms  bigint NOT NULL,
	seen     text   NOT NULL,
	UNIQUE (device, journal)
);

CREATE INDEX journal_copies_stopped ON journal_copies (device, journal) WHERE flag <> '' AND seen = '';

CREATE TABLE journal_rows (
	copy     bigint NOT NULL,
	branch   int    NOT NULL,
	seq      bigint NOT NULL,
	kind     text   NOT NULL,
	order_id text   NOT NULL,
	amount   bigint NOT NULL,
	day      int    NOT NULL,
	at_ms    bigint NOT NULL,
	body     bytea,
	hash     bytea  NOT NULL,
	PRIMARY KEY (copy, branch, seq)
);

CREATE FUNCTION journal_rows_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'copies of journals are append-only'; END $$;
CREATE TRIGGER journal_rows_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_rows
FOR EACH STATEMENT EXECUTE FUNCTION journal_rows_stay();

CREATE TABLE journal_doubts (
	order_id text COLLATE "C" NOT NULL,
	device   text COLLATE "C" NOT NULL,
	amount   bigint NOT NULL,
	seq      bigint NOT NULL,
	at_ms    bigint NOT NULL,
	PRIMARY KEY (order_id, device)
)
