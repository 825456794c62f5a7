"""Settings and their dialog."""
