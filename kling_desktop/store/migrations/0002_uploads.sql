-- Pictures that an account has at the service, by the SHA-256 of what was sent; job is the one that brought it.
CREATE TABLE uploads (
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    content TEXT NOT NULL,
    image TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (service, profile, content)
) STRICT, WITHOUT ROWID;
