"""Makes the one-folder bundle."""
