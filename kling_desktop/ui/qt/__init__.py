"""Helpers for Qt that know nothing of the app."""
