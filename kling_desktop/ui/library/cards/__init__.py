"""How one card or row is painted."""
