"""What is in a file: probe, exact frames, posters, settings inside an MP4."""
