"""Requests from files and tables, checked and ready to submit."""
