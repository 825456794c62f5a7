"""Finding clips: a line for words, chips for filters, and searches kept for another day."""
