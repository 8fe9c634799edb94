-- Where the database was when its epoch was made: which cluster, on which line of
-- its history, and which database of it. A copy that is put back is elsewhere.

ALTER TABLE epoch ADD COLUMN home text NOT NULL DEFAULT '';
