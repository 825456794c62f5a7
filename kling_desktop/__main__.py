"""`kling-desktop`, and `python -m kling_desktop`."""

import sys


def run() -> int:
    """Run the command line; the answer is the exit code, 130 after Ctrl-C."""
    try:
        from kling_desktop.cli.main import main  # here, so that a Ctrl-C while it loads is answered as quietly
        from kling_desktop.environment import ensure_streams

        ensure_streams()
        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
