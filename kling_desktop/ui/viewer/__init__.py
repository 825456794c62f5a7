"""One clip, or several side by side, played frame by frame."""
