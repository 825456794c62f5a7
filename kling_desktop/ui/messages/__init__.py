"""The message history."""
