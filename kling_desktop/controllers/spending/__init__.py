"""Prices on the form and the spending report."""
