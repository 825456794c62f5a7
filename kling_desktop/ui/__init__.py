"""Widgets that show values and emit signals."""
