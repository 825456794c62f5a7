"""Presets: file format, ordering, differences, conflicts."""
