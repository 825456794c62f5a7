-- The order in which the user wants unsent jobs to go; those without a place come after them, as they were made.
CREATE TABLE line (
    job TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    place INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
