"""The service on this machine, for trying the app and for tests. Imports nothing of the rest."""
