BEGIN TRANSACTION;
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
INSERT INTO "charges" VALUES('job-1',1,'https://service.test/api/rest','studio','window','','reserved',NULL,'REFERENCES',5,1920,1080,'','','0.755','DOLLARS',NULL,NULL,0);
INSERT INTO "charges" VALUES('job-2',1,'https://service.test/api/rest','studio','window','','charged',2001.5,'TEXT',5,1920,1080,'','generation-2','0.755','DOLLARS','1.05','DOLLARS',0);
INSERT INTO "charges" VALUES('job-3',1,'https://service.test/api/rest','studio','window','','charged',3000.0,'EDIT',5,1920,1080,'','generation-3','0.755','DOLLARS',NULL,NULL,0);
CREATE TABLE claims (
    service TEXT NOT NULL,
    generation TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (service, generation)
) STRICT, WITHOUT ROWID;
INSERT INTO "claims" VALUES('https://service.test/api/rest','generation-2','job-2');
INSERT INTO "claims" VALUES('https://service.test/api/rest','generation-3','job-3');
CREATE TABLE clip_order (places INTEGER NOT NULL, ratings INTEGER NOT NULL) STRICT;
INSERT INTO "clip_order" VALUES(0,0);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','clip_words','clip_words',0,'CREATE VIRTUAL TABLE "clip_words" USING fts5 (
    prompt, notes, tags, tokenize = ''unicode61 remove_diacritics 0 categories ''''L* N* M* S* P* C*'''''', prefix = ''1 2 3''
)');
CREATE TABLE "clip_words_config"(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "clip_words_config" VALUES('version',4);
CREATE TABLE "clip_words_content"(id INTEGER PRIMARY KEY, c0, c1, c2);
INSERT INTO "clip_words_content" VALUES(1,'edit','雨 の 窓 for anna','winter night');
CREATE TABLE "clip_words_data"(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "clip_words_data" VALUES(1,X'01010502');
INSERT INTO "clip_words_data" VALUES(10,X'000000000101010001010101');
INSERT INTO "clip_words_data" VALUES(137438953473,X'000000FB0530616E6E6101060101060104656469740102020103666F72010601010501056E696768740106010203010677696E74657201060102020103E381AE01060101030103E7AA9301060101040103E99BA80106010102000231610106010106010165010202010166010601010501016E010601020301017701060102020103E381AE01060101030103E7AA9301060101040103E99BA80106010102000332616E0106010106010265640102020102666F010601010501026E690106010203010277690106010202000433616E6E010601010601036564690102020103666F72010601010501036E69670106010203010377696E0106010202040B090A0C0D0A0A0A09060808080A0A0A0A070909090B080A0A');
CREATE TABLE "clip_words_docsize"(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "clip_words_docsize" VALUES(1,X'010502');
CREATE TABLE "clip_words_idx"(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO "clip_words_idx" VALUES(1,X'',2);
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
INSERT INTO "clips" VALUES(1,'job-3','https://service.test/api/rest','studio','window',3000.0,'edit',1920,1080,5.0,'',NULL,NULL,'generation-3','image-3','/clips/a.mp4','',4,'pick','雨の窓, for Anna','["winter night"]','',0,NULL);
CREATE TABLE clips_to_make (job TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
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
INSERT INTO "jobs" VALUES('job-1','https://service.test/api/rest','studio','window','waiting',1000.0,'','{"id": "job-1", "service": "https://service.test/api/rest", "profile": "studio", "origin": "window", "folder": "/clips", "draft": {"prompt": "Snow @image1", "duration": 5, "size": {"width": 1920, "height": 1080}, "start_frame": [{"is": "stored", "id": "image-1", "kind": "UPLOADED", "width": null, "height": null, "seconds": null}], "end_frame": [], "image_reference": [{"is": "local", "file": "/media/a.png", "name": "a.png", "sha256": "abc", "width": 1440, "height": 1440}, {"is": "placeholder", "text": "<YOUR_IMAGE_ID>"}], "video_reference_base": [], "parked": ["start_frame"], "public": false, "seed": {"text": "<YOUR_SEED>"}, "mode": null, "prompt_enhance": null, "quantity": null, "model": "kling-video-o-1", "extra": {"new": {"key": [1, null]}}, "extra_parameters": {}}, "created_at": 1000.0, "state": {"is": "waiting"}, "uploads": {}, "sent_at": null, "ended_at": null, "cost": null, "seed": null, "notice": ""}');
INSERT INTO "jobs" VALUES('job-2','https://service.test/api/rest','studio','window','generating',2000.0,'owner','{"id": "job-2", "service": "https://service.test/api/rest", "profile": "studio", "origin": "window", "folder": "/clips", "draft": {"prompt": "A fox in the snow", "duration": 5, "size": {"width": 1920, "height": 1080}, "start_frame": [], "end_frame": [], "image_reference": [], "video_reference_base": [], "parked": [], "public": false, "seed": null, "mode": null, "prompt_enhance": null, "quantity": null, "model": "kling-video-o-1", "extra": {}, "extra_parameters": {}}, "created_at": 2000.0, "state": {"is": "generating", "generation": "generation-2", "empty_since": null}, "uploads": {"/media/a.png": "image-1"}, "sent_at": 2001.5, "ended_at": null, "cost": {"amount": "1.05", "unit": "DOLLARS"}, "seed": null, "notice": ""}');
INSERT INTO "jobs" VALUES('job-3','https://service.test/api/rest','studio','window','done',3000.0,'','{"id": "job-3", "service": "https://service.test/api/rest", "profile": "studio", "origin": "window", "folder": "/clips", "draft": {"prompt": "Edit", "duration": 5, "size": {"width": 1920, "height": 1080}, "start_frame": [], "end_frame": [], "image_reference": [], "video_reference_base": [{"is": "stored", "id": "image-9", "kind": "GENERATED", "width": 1080, "height": 1920, "seconds": 5.04}], "parked": [], "public": false, "seed": 7, "mode": "RESOLUTION_1080", "prompt_enhance": null, "quantity": null, "model": "kling-video-o-1", "extra": {}, "extra_parameters": {}}, "created_at": 3000.0, "state": {"is": "done", "generation": "generation-3", "image": "image-3", "file": "/clips/a.mp4", "poster_file": ""}, "uploads": {}, "sent_at": null, "ended_at": 3100.0, "cost": null, "seed": 99, "notice": ""}');
CREATE TABLE line (
    job TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    place INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "line" VALUES('job-1',0);
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
INSERT INTO "lineage" VALUES('job-3',0,'video_reference_base','','image-9',NULL,'','','Edit');
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
INSERT INTO "prices" VALUES('https://service.test/api/rest','studio','TEXT',5,1920,1080,'1.05','DOLLARS',2001.5);
CREATE TABLE rows_ordered (
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    content TEXT NOT NULL,
    number INTEGER NOT NULL,
    job TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (service, profile, content, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE uploads (
    service TEXT NOT NULL,
    profile TEXT NOT NULL,
    content TEXT NOT NULL,
    image TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (service, profile, content)
) STRICT, WITHOUT ROWID;
INSERT INTO "uploads" VALUES('https://service.test/api/rest','studio','abc','image-1','job-2');
CREATE INDEX jobs_of_an_account ON jobs (service, profile, created_at);
CREATE INDEX charges_by_time ON charges (service, at);
CREATE INDEX charges_by_session ON charges (session);
CREATE INDEX charges_not_sent ON charges (service) WHERE state = 'reserved';
CREATE INDEX clips_by_age ON clips (service, profile, made_at DESC, number DESC) WHERE binned_at IS NULL;
CREATE INDEX clips_by_image ON clips (image);
CREATE INDEX jobs_not_done ON jobs (service, profile, created_at) WHERE state <> 'done';
CREATE INDEX clips_by_facts ON clips (
    service, way, rating, flag, preset, seconds, width, height, made_at, missing, number
);
CREATE INDEX clips_tagged ON clips (number, tags) WHERE tags <> '[]';
CREATE INDEX lineage_by_parent ON lineage (parent) WHERE parent <> '';
CREATE INDEX lineage_by_image ON lineage (image) WHERE image <> '';
CREATE INDEX clips_by_length ON clips (service, profile, way = 'edit', seconds, made_at DESC) WHERE binned_at IS NULL;
CREATE INDEX clips_by_preset ON clips (service, profile, preset, made_at DESC) WHERE binned_at IS NULL AND preset <> '';
CREATE INDEX clips_aside ON clips (service, profile) WHERE binned_at IS NOT NULL;
CREATE INDEX clips_by_size ON clips (service, profile, width, height) WHERE binned_at IS NULL;
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
PRAGMA writable_schema=OFF;
COMMIT;
PRAGMA user_version = 11;
