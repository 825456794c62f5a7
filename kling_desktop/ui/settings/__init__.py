"""The settings and key dialogs."""
