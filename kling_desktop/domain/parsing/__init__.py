"""Text from outside parsed into requests: curl, JSON, code, tables, `--set`."""
