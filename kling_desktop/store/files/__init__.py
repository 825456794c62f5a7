"""Writing files safely: atomic writes, unique names, partial files."""
