"""Handing clips on: what is offered, what is asked, and how far it is."""
