-- The latest of each length, of each preset, and those on their way to the bin, without going through all clips.
CREATE INDEX clips_by_length ON clips (service, profile, way = 'edit', seconds, made_at DESC) WHERE binned_at IS NULL;
DROP INDEX clips_by_preset;
CREATE INDEX clips_by_preset ON clips (service, profile, preset, made_at DESC) WHERE binned_at IS NULL AND preset <> '';
CREATE INDEX clips_aside ON clips (service, profile) WHERE binned_at IS NOT NULL;
