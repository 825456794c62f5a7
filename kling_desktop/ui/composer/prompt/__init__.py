"""The prompt box, its autocomplete and history."""
