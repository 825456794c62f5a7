"""Saving and downloading clips; both the job queue and the library use it."""
