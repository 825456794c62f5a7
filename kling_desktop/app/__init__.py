"""What ties the window to the work: one module a deed, put together in front (what is seen) and desks (what works)."""
