"""The library: clips and jobs as a grid or a list."""
