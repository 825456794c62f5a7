"""A table of requests, looked over before anything is ordered."""
