"""Desktop notifications: over D-Bus on Linux, otherwise through the tray."""
