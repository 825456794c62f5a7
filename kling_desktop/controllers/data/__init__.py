"""Back-ups, restoring them, and what stays when the app is removed."""
