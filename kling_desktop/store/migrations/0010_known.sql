-- What clips can be told apart by, without going through all of them.
CREATE INDEX clips_by_size ON clips (service, profile, width, height) WHERE binned_at IS NULL;
