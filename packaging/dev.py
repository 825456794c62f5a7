"""The project's commands: `python3 packaging/dev.py run`, from a clean clone, nothing before it."""

# No annotations and nothing new here: every Python 3 must get as far as the sentence below.
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file alone is read by older ones
    sys.exit(
        "Kling Desktop needs Python 3.11 or newer and this is %d.%d: run it with a newer one, "  # noqa: UP031 - as above
        "for example: python3.11 packaging/dev.py run" % sys.version_info[:2]
    )

from commands import main

if __name__ == "__main__":
    main(sys.argv[1:])
