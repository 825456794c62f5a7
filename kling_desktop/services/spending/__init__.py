"""What was spent, and how much the limits still allow."""
