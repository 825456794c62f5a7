"""The job queue: submission, scheduling, running, polling, recovery."""
