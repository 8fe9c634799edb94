-- What each device took in each hour of Unix time, by the time of the
-- settlement: the sum of a day is read from a few rows, however many orders it
-- had. It is kept by the same commit that settles an order, and was made once of
-- what was settled before there was such a table.

CREATE TABLE takings (
    hour   INTEGER NOT NULL, -- since 1970, UTC
    device TEXT    NOT NULL,
    count  INTEGER NOT NULL,
    paid   INTEGER NOT NULL, -- rupiah
    PRIMARY KEY (hour, device)
) STRICT, WITHOUT ROWID;

INSERT INTO takings (hour, device, count, paid)
    SELECT ifnull(body ->> 'settled_ms', 0) / 3600000, device, count(*), sum(ifnull(body ->> 'paid', 0)) FROM orders
    WHERE state = 'settled' GROUP BY 1, 2;

CREATE TRIGGER takings_settled AFTER UPDATE ON orders WHEN old.state <> 'settled' AND new.state = 'settled' BEGIN
    INSERT INTO takings (hour, device, count, paid)
        VALUES (ifnull(new.body ->> 'settled_ms', 0) / 3600000, new.device, 1, ifnull(new.body ->> 'paid', 0))
        ON CONFLICT (hour, device) DO UPDATE SET count = count + 1, paid = paid + excluded.paid;
END;

CREATE TRIGGER takings_first AFTER INSERT ON orders WHEN new.state = 'settled' BEGIN
    INSERT INTO takings (hour, device, count, paid)
        VALUES (ifnull(new.body ->> 'settled_ms', 0) / 3600000, new.device, 1, ifnull(new.body ->> 'paid', 0))
        ON CONFLICT (hour, device) DO UPDATE SET count = count + 1, paid = paid + excluded.paid;
END;
