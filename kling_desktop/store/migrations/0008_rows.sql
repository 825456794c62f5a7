-- Which job was ordered for which row of a table. A row is known by what it asks for (SHA-256), and by which of the equal
-- ones in its table it is: so a table that has grown, or has been sorted, is known again. job: the latest for that row.
CREATE TABLE rows_ordered (
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    content TEXT NOT NULL,
    number INTEGER NOT NULL,
    job TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (service, profile, content, number)
) STRICT, WITHOUT ROWID;
