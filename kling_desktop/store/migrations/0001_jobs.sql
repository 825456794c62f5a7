CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at REAL NOT NULL,
    owner TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX jobs_of_an_account ON jobs (service, profile, created_at);

-- No reference to jobs: a generation stays claimed when the job's card is removed.
CREATE TABLE claims (
    service TEXT NOT NULL,
    generation TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (service, generation)
) STRICT, WITHOUT ROWID;
