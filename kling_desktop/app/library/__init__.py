"""What is done with clips: found, judged, watched, kept track of, handed on."""
