"""The slots for start frame, end frame, references and base video."""
