"""`python -m kling_desktop.sandbox`."""

import argparse
import sys

from kling_desktop.sandbox.cli import add_arguments, run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="kling-desktop sandbox", description="The service on this machine.")
    add_arguments(parser)
    sys.exit(run(parser.parse_args()))
