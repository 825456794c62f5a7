"""A stand-in for the service on this machine, to try the app without a key or a charge, and for tests.

It behaves like the Leonardo.AI REST API for Kling O1. It imports none of the app's code, so that the two can't agree by
accident.
"""
