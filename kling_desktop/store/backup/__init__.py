"""A copy of everything but keys in one file, and how it comes back."""
