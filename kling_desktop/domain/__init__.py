"""Pure rules and values: requests, jobs, clips, presets, spending. No I/O, no clock, no randomness, no Qt."""
