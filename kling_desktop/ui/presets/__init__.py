"""Choosing, saving and organizing presets."""
