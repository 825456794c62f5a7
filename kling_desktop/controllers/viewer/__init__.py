"""The viewer and the lineage shown beside it."""
