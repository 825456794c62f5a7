-- The first letters of a word are looked up like a whole one: without these, all words that begin so are put together.
-- The pieces stand in the table as the app has cut them, so they are only written over.
CREATE VIRTUAL TABLE clip_words_anew USING fts5 (
    prompt, notes, tags, tokenize = 'unicode61 remove_diacritics 0 categories ''L* N* M* S* P* C*''', prefix = '1 2 3'
);
INSERT INTO clip_words_anew (rowid, prompt, notes, tags) SELECT rowid, prompt, notes, tags FROM clip_words;
DROP TABLE clip_words;
ALTER TABLE clip_words_anew RENAME TO clip_words;

-- Counts what changes the order of the clips, so that it is read anew for that alone and not for every note and file.
CREATE TABLE clip_order (places INTEGER NOT NULL, ratings INTEGER NOT NULL) STRICT;
INSERT INTO clip_order VALUES (0, 0);
CREATE TRIGGER clips_come AFTER INSERT ON clips BEGIN
    UPDATE clip_order SET places = places + 1;
END;
CREATE TRIGGER clips_go AFTER DELETE ON clips BEGIN
    UPDATE clip_order SET places = places + 1;
END;
CREATE TRIGGER clips_move AFTER UPDATE ON clips
WHEN (OLD.number, OLD.service, OLD.profile, OLD.made_at, OLD.seconds, OLD.preset, OLD.cost, OLD.unit, OLD.binned_at)
IS NOT (NEW.number, NEW.service, NEW.profile, NEW.made_at, NEW.seconds, NEW.preset, NEW.cost, NEW.unit, NEW.binned_at)
BEGIN
    UPDATE clip_order SET places = places + 1;
END;
CREATE TRIGGER clips_rated AFTER UPDATE ON clips WHEN OLD.rating IS NOT NEW.rating BEGIN
    UPDATE clip_order SET ratings = ratings + 1;
END;
