"""One clip, played and looked at frame by frame."""
