"""Files made from clips: concatenations, contact sheets, animations."""
