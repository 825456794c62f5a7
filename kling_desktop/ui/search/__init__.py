"""Searching clips: words, filters, saved searches."""
