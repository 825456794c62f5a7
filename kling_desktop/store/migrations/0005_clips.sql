-- What is sorted, filtered or grouped of each finished clip, and what its user thinks of it. Its job stays in jobs.
-- made_at: when it was ordered, so that a clip stands where its job stood. tags: a JSON list.
CREATE TABLE clips (
    number INTEGER PRIMARY KEY,
    job TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    origin TEXT NOT NULL,
    made_at REAL NOT NULL,
    way TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    seconds REAL NOT NULL,
    preset TEXT NOT NULL,
    cost REAL,
    unit TEXT,
    generation TEXT NOT NULL,
    image TEXT NOT NULL,
    file TEXT NOT NULL,
    poster TEXT NOT NULL,
    rating INTEGER NOT NULL DEFAULT 0,
    flag TEXT NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]',
    digest TEXT NOT NULL DEFAULT '',
    missing INTEGER NOT NULL DEFAULT 0,
    binned_at REAL
) STRICT;

CREATE INDEX clips_by_age ON clips (service, profile, made_at DESC, number DESC) WHERE binned_at IS NULL;
CREATE INDEX clips_by_image ON clips (image);
CREATE INDEX clips_by_preset ON clips (preset, made_at) WHERE preset <> '';

-- The words to search in, one row a clip under its number.
CREATE VIRTUAL TABLE clip_words USING fts5 (
    prompt, notes, tags, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

-- Jobs that are done and have no clip yet: their bodies are read by the app, which empties this at its next start.
CREATE TABLE clips_to_make (job TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO clips_to_make SELECT id FROM jobs WHERE state = 'done';

CREATE INDEX jobs_not_done ON jobs (service, profile, created_at) WHERE state <> 'done';
