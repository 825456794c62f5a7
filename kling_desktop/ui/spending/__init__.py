"""The spending report and the limit dialog."""
