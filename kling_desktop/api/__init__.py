"""What the service says: client, wire format, uploads, account."""
