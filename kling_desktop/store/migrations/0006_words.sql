-- Words are found in every script: the app cuts the text, the table takes it as it was cut. Filled at the next start.
DROP TABLE clip_words;
CREATE VIRTUAL TABLE clip_words USING fts5 (
    prompt, notes, tags, tokenize = 'unicode61 remove_diacritics 0 categories ''L* N* M* S* P* C*'''
);
INSERT OR IGNORE INTO clips_to_make SELECT job FROM clips;

-- What filters look at, so that they need not look at the clips themselves.
CREATE INDEX clips_by_facts ON clips (
    service, way, rating, flag, preset, seconds, width, height, made_at, missing, number
);
CREATE INDEX clips_tagged ON clips (number, tags) WHERE tags <> '[]';
