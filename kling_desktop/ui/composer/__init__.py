"""The form on the left of the window."""
