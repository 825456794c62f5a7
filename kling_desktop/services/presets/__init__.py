"""The preset library."""
