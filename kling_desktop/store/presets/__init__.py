"""The preset folder, its index and preset archives."""
