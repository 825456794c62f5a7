-- What a take costs depends on its model and on sound, too. Whatever is here was made by Kling O1, which has no sound.
ALTER TABLE charges ADD COLUMN model TEXT NOT NULL DEFAULT 'kling-video-o-1';
ALTER TABLE charges ADD COLUMN sound INTEGER NOT NULL DEFAULT 0;

CREATE TABLE prices_by_model (
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    way TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    model TEXT NOT NULL,
    sound INTEGER NOT NULL,
    cost TEXT NOT NULL,
    unit TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (service, profile, way, seconds, width, height, model, sound)
) STRICT, WITHOUT ROWID;
INSERT INTO prices_by_model
SELECT service, profile, way, seconds, width, height, 'kling-video-o-1', 0, cost, unit, at FROM prices;
DROP TABLE prices;
ALTER TABLE prices_by_model RENAME TO prices;
