"""Clips: reviews, queries, text search, file names, lineage."""
