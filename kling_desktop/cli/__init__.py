"""The command line: `check`, `render`, `resume`, and the options of the window and the sandbox."""
