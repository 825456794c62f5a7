"""Video: exact frames, playback, posters, probing."""
