"""The sandbox's own options, for its command and for `python -m kling_desktop.sandbox`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kling_desktop.sandbox.faults import FAULTS
from kling_desktop.sandbox.serve import serve
from kling_desktop.sandbox.settings import SandboxSettings, parse_fault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options, and the table of faults below them."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _table()
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="port on 127.0.0.1 (default: 0, any free port)"
    )
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="speed factor (default: 1)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep generations, uploads and videos in this folder")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=P", help="inject a fault, see below")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="random seed of the faults (default: 0)")
    parser.add_argument(
        "--history", type=int, default=0, metavar="N", help="give the account N earlier generations (default: 0)"
    )
    parser.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Serve until stopped. Returns 2 if an option can't be used."""
    try:
        faults = dict(parse_fault(text) for text in options.fault)
        settings = SandboxSettings(options.speed, options.data, faults, options.seed, options.history)
        serve(options.port, settings, until_stdin_closes=options.until_stdin_closes)
    except (ValueError, OverflowError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"The sandbox can't start: {error.strerror or error}.\n")
        return 2
    return 0


def _table() -> str:
    width = max(map(len, FAULTS)) + 2
    lines = [f"  {name:<{width}}{what}" for name, what in FAULTS.items()]
    return "\n".join(
        [
            "faults, with P from 0 (never) to 1 (always):",
            *lines,
            "",
            "Those up to 'unauthorized' can be limited to one call, as in poll.html=1. Otherwise the first four affect",
            "creates, and the others every call with a key.",
        ]
    )
