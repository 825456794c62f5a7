"""Presets: loading, saving, organizing, import and export."""
