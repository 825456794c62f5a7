"""What ties the window to the work: one module a deed, put together in desktop."""
