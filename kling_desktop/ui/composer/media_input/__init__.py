"""Media coming into the form: drops, pastes, files, IDs."""
