"""Controllers, one module per feature: they connect the widgets in `ui` to `services`."""
