"""Presets: what they hold, their file format, differences and conflicts."""
