-- What the book is called, as it counts its news now: see ledger.Epochs.

CREATE TABLE epoch (
    one int  PRIMARY KEY CHECK (one = 1),
    id  text NOT NULL CHECK (length(id) BETWEEN 1 AND 32)
);
