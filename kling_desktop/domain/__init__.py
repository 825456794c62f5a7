"""What is true: the draft, the rules, mentions, job states, prices, names, errors. No I/O, no clock, no Qt."""
