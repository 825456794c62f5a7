"""Jobs in the database: the job store, the ledger, locks between processes."""
