"""What was spent, and what asks before more is."""
