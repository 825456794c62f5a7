"""Commands as shells read them, and the request that one of them would send."""
