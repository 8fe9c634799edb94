-- The merchant's papers: each as it stands, and every version it had. Times are
-- Unix milliseconds.

CREATE TABLE papers (
    kind     text COLLATE "C" NOT NULL,
    id       text COLLATE "C" NOT NULL,
    version  bigint  NOT NULL,
    key      text COLLATE "C" NOT NULL,
    open     boolean NOT NULL,
    at_ms    bigint  NOT NULL,
    asked_ms bigint  NOT NULL, -- as the body has it, 0 for none: for reports
    body     text    NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE INDEX papers_key ON papers (kind, key, id);

-- The sweep's list: a few rows, however many papers there are.
CREATE INDEX papers_open ON papers (kind, id) WHERE open;

-- Checkout pages by when they were asked for, for reports.
CREATE INDEX papers_asked ON papers (asked_ms, id) WHERE kind = 'snap';

CREATE TABLE paper_versions (
    kind    text COLLATE "C" NOT NULL,
    id      text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    at_ms   bigint NOT NULL,
    body    text   NOT NULL,
    PRIMARY KEY (kind, id, version)
);

CREATE FUNCTION kasir_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'KS002'; END $$;

CREATE TRIGGER versions_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON paper_versions EXECUTE FUNCTION kasir_keep('versions are append-only');
CREATE TRIGGER papers_kept BEFORE DELETE OR TRUNCATE ON papers EXECUTE FUNCTION kasir_keep('papers are for ever');
CREATE TRIGGER papers_back AFTER UPDATE ON papers FOR EACH ROW WHEN (new.version <> old.version + 1)
    EXECUTE FUNCTION kasir_keep('a paper has one next version');
