"""Jobs: submitting, the queue view, removal, unknown outcomes, notifications."""
