"""Clips in the database, their files, reviews, lineage, searches and the trash."""
