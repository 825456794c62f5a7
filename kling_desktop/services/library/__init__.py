"""The library: clips, trash, checks against the disk, account import, export."""
