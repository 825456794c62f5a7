"""What is done with presets: kept, loaded, put in order, handed on."""
