"""Untrusted files are decoded in a worker process of their own."""
