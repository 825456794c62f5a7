"""Exporting clips: actions, dialogs, progress."""
