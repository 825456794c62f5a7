"""News through the desktop, for those who look elsewhere: over D-Bus on Linux, else through the tray."""
