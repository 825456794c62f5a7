"""Presets as they are chosen, saved and kept in order."""
