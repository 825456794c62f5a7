-- What each sending of a job cost, as far as is known. No reference to jobs: what was paid stays when a job is removed.
-- state: reserved (not sent yet), sent (no answer yet), unknown (no answer came), charged, refunded. at: when it was sent.
-- number: a job that is sent again after an unknown outcome may have cost twice. allowed: the user let it pass a cap.
CREATE TABLE charges (
    job TEXT NOT NULL,
    number INTEGER NOT NULL,
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    origin TEXT NOT NULL,
    session TEXT NOT NULL,
    state TEXT NOT NULL,
    at REAL,
    way TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    preset TEXT NOT NULL,
    generation TEXT NOT NULL,
    estimate TEXT,
    estimate_unit TEXT,
    cost TEXT,
    unit TEXT,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX charges_by_time ON charges (service, at);
CREATE INDEX charges_by_session ON charges (session);
CREATE INDEX charges_not_sent ON charges (service) WHERE state = 'reserved';

-- The newest real price of each kind of take.
CREATE TABLE prices (
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    way TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    cost TEXT NOT NULL,
    unit TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (service, profile, way, seconds, width, height)
) STRICT, WITHOUT ROWID;

INSERT INTO charges
SELECT
    id, 1, service, profile, origin, '',
    CASE
        WHEN state IN ('waiting', 'held', 'uploading') THEN 'reserved'
        WHEN state = 'sending' THEN 'sent'
        WHEN state = 'failed' THEN 'refunded'
        WHEN state = 'unknown' OR (state = 'forgotten' AND coalesce(json_extract(body, '$.state.generation'), '') = '') THEN 'unknown'
        ELSE 'charged'
    END,
    CASE WHEN state IN ('waiting', 'held', 'uploading') THEN NULL ELSE coalesce(json_extract(body, '$.sent_at'), created_at) END,
    CASE
        WHEN json_array_length(body, '$.draft.video_reference_base') > 0 AND json_extract(body, '$.draft.parked') NOT LIKE '%"video_reference_base"%' THEN 'EDIT'
        WHEN json_array_length(body, '$.draft.image_reference') > 0 AND json_extract(body, '$.draft.parked') NOT LIKE '%"image_reference"%' THEN 'REFERENCES'
        WHEN json_array_length(body, '$.draft.end_frame') > 0 AND json_extract(body, '$.draft.parked') NOT LIKE '%"end_frame"%' THEN 'START_AND_END'
        WHEN json_array_length(body, '$.draft.start_frame') > 0 AND json_extract(body, '$.draft.parked') NOT LIKE '%"start_frame"%' THEN 'START'
        ELSE 'TEXT'
    END,
    json_extract(body, '$.draft.duration'), json_extract(body, '$.draft.size.width'), json_extract(body, '$.draft.size.height'),
    coalesce(json_extract(body, '$.draft.preset'), ''), coalesce(json_extract(body, '$.state.generation'), ''),
    CASE json_extract(body, '$.draft.duration') WHEN 5 THEN '0.755' WHEN 10 THEN '1.51' END,
    CASE json_extract(body, '$.draft.duration') WHEN 5 THEN 'DOLLARS' WHEN 10 THEN 'DOLLARS' END,
    json_extract(body, '$.cost.amount'), json_extract(body, '$.cost.unit'), 0
-- A body that can't be read leaves its job out, as the app does.
FROM (SELECT id, service, profile, origin, state, created_at, CASE WHEN json_valid(body) THEN body ELSE '{}' END AS body FROM jobs)
WHERE
    state NOT IN ('refused', 'cancelled')
    AND json_type(body, '$.draft.duration') = 'integer'
    AND json_type(body, '$.draft.size.width') = 'integer'
    AND json_type(body, '$.draft.size.height') = 'integer'
    AND coalesce(json_type(body, '$.draft.preset'), 'text') = 'text'
    AND coalesce(json_type(body, '$.cost.amount'), 'text') = 'text';

-- Beside max(), SQLite takes the other columns from the row that has it.
INSERT INTO prices
SELECT service, profile, way, seconds, width, height, cost, unit, max(at)
FROM charges
WHERE cost IS NOT NULL AND unit IS NOT NULL
GROUP BY service, profile, way, seconds, width, height;
