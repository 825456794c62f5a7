"""What lasts: SQLite, readable files, folders, the keychain."""
