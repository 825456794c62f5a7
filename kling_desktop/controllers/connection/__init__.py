"""Connecting to the service: key set-up, the connection state, the account."""
