"""The window itself: panes, top bar, status bar, shortcuts."""
