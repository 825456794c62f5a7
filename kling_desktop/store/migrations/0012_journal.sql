-- How far the journal beside the database was written when the database was. A journal that goes further holds what the
-- database has lost with its write-ahead log.
CREATE TABLE journal (position INTEGER NOT NULL) STRICT;
INSERT INTO journal VALUES (0);
