"""Jobs that have no clip yet, one row each, below the library."""
