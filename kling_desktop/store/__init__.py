"""What is on disk: SQLite, readable files, folders, the keychain."""
