"""Images: validation, conversion, frame fit, thumbnails."""
