"""Runs untrusted decoders in a worker process."""
