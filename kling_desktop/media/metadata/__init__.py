"""Settings stored inside a clip: MP4 tags and XMP."""
