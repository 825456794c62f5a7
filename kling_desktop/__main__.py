"""`python -m kling_desktop`."""

import sys

from kling_desktop.commands import main

if __name__ == "__main__":
    sys.exit(main())
