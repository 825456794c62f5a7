"""The service on this machine: for trying the app without a key or a charge, and for tests.

It speaks as the Leonardo.AI REST API does for Kling O1 and knows nothing of the app's own code, so that the two can't
agree by accident.
"""
