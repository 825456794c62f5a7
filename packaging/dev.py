"""Runs the project's commands, from a fresh clone: `python3 packaging/dev.py run`."""

# Every Python 3 must be able to run this file as far as the message below: no annotations, no new syntax.
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older versions read this file
    sys.exit(
        "Kling Desktop needs Python 3.11 or newer, and this is %d.%d. Use a newer one, "  # noqa: UP031 - as above
        "for example: python3.11 packaging/dev.py run" % sys.version_info[:2]
    )

from commands import main

if __name__ == "__main__":
    main(sys.argv[1:])
