-- Checkout pages by when they were asked for, for reports: the newest are found
-- without reading the others.

CREATE INDEX papers_asked ON papers (body ->> 'asked_at_ms', id) WHERE kind = 'snap';
