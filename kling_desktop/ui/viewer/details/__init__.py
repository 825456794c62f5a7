"""What is shown beside the picture: settings, review, lineage."""
