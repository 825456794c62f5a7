"""Running a table of requests from the window."""
