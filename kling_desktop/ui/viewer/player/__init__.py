"""Playing a clip: picture, filmstrip, transport bar."""
