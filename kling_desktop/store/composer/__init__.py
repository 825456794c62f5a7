"""Drafts, recent media and snippets on disk."""
