"""Kling Desktop: make videos with Kling O1 by filling in a form."""

__version__ = "0.1.0"
