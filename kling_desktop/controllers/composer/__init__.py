"""The form: autosave, ID lookup, uploads, snippets, recent media."""
