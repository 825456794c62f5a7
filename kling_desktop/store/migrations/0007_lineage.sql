-- What each clip was made from, one row a thing, in the order of the form. No reference to clips: a parent that is
-- deleted is still named. parent: its job, '' where only the service's ID of its video (image) is known. frame: 0 first.
-- words: how the parent's prompt begins. picture: the file that was taken from it. child_words: those of the clip itself.
CREATE TABLE lineage (
    child TEXT NOT NULL,
    place INTEGER NOT NULL,
    tie TEXT NOT NULL,
    parent TEXT NOT NULL,
    image TEXT NOT NULL,
    frame INTEGER,
    words TEXT NOT NULL,
    picture TEXT NOT NULL,
    child_words TEXT NOT NULL,
    PRIMARY KEY (child, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX lineage_by_parent ON lineage (parent) WHERE parent <> '';
CREATE INDEX lineage_by_image ON lineage (image) WHERE image <> '';

-- Clips that were there before get their rows as those do that were jobs alone: at the next start.
INSERT OR IGNORE INTO clips_to_make SELECT job FROM clips;

-- Clips that were there before get their rows as those do that were jobs alone: at the next start.
INSERT OR IGNORE INTO clips_to_make SELECT job FROM clips;
