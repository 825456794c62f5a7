"""The jobs that are no clips yet, below the library: one row each."""
