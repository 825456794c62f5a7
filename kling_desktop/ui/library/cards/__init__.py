"""How one card or row looks."""
