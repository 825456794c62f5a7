"""Jobs: states and transitions, submissions, reconciliation, failures, duration estimates."""
