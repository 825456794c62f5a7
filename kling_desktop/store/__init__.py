"""What lasts: database, settings, folders, keychain."""
