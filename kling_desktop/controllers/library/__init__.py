"""The library: list, search, review, export, files, account import."""
