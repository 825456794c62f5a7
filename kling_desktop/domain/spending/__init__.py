"""Prices, spending limits and the spending report."""
