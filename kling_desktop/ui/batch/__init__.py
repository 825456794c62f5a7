"""The dialog that reviews a table of requests before anything is submitted."""
