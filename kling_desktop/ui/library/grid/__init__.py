"""The grid: layout, selection, hover, keys, menus."""
