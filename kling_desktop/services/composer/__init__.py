"""The composer, and looking up the IDs in it."""
