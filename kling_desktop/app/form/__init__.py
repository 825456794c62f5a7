"""What is done with the form: kept, filled in, looked up, brought to the service."""
