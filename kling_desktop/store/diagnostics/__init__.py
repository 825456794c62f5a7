"""What helps to find out why something doesn't work on this computer. Nothing of it is ever sent."""
