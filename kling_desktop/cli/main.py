"""The command line. Each command imports what it needs when it runs, so that `check` answers at once."""

import argparse
import gc
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop import __version__

if TYPE_CHECKING:
    from kling_desktop.domain.parsing.request_table import FindPreset

OK, REFUSED, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file name may contain what no encoding can express
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except BrokenPipeError:  # the reader has seen enough; the process must not write to it at its end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _run(words: list[str]) -> int:
    command = words[0] if words and words[0] in {"check", "render", "resume", "sandbox"} else "window"
    if command == "window":
        gc.disable()  # there is next to nothing to collect at the start, and looking for it takes 30 ms
        return _open_window(_window_parser().parse_args(words))
    options = _parser(command).parse_args(words[1:])
    if command == "check":
        return check(options)
    if command == "sandbox":
        from kling_desktop.sandbox import cli

        code: int = cli.run(options)
        return code
    with _postponed_interrupt():
        from kling_desktop.cli import render

    return render.render(options) if command == "render" else render.resume(options)


def _open_window(options: argparse.Namespace) -> int:
    try:
        from kling_desktop.ui.qt import import_fix

        import_fix.load()
        from kling_desktop.main import open_window
    except ImportError as error:
        from kling_desktop.system_libraries import library_problem

        problem = library_problem(error)
        if not problem:
            raise
        print(problem, file=sys.stderr)
        return REFUSED
    return open_window(options)


@contextmanager
def _postponed_interrupt() -> Iterator[None]:
    """Postpone Ctrl-C: modules written in C abort the process if it comes while they load."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell in the background wants it so
        yield
        return
    received: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: received.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if received:
        raise KeyboardInterrupt


def check(options: argparse.Namespace) -> int:
    """Print what the service would refuse: a line for each file, or for each row of a table.

    Returns:
        0 if all of it can be sent, 1 if something would be refused, 2 if something can't be read.
    """
    from kling_desktop.services.batch.request_files import user_preset_finder

    worst = OK
    for name in options.file:
        for code, result in _check(name, options, user_preset_finder(options.data)):
            worst = max(worst, code)
            print(json.dumps(result) if options.json else _describe(result), flush=True)
    return worst


def _check(name: str, options: argparse.Namespace, find_preset: "FindPreset") -> Iterator[tuple[int, dict[str, Any]]]:
    from kling_desktop.cli.file_problem import file_problem
    from kling_desktop.domain.errors import UserError
    from kling_desktop.domain.request.request_body import build_body
    from kling_desktop.services.batch.request_files import find_problems, read_requests

    try:
        requests = read_requests(name, options.set, find_preset, options.encoding)
    except UserError as error:
        problem = {"control": "file", "message": file_problem(error)}
        yield UNREADABLE, {"file": name, "ok": False, "problems": [problem], "warnings": [], "request": None}
        return
    for one in requests:
        problems, warnings = find_problems(one.parsed)
        yield (
            REFUSED if problems else OK,
            {
                "file": name,
                **({"row": one.row, "takes": one.parsed.draft.takes} if one.row else {}),
                "ok": not problems,
                "problems": [{"control": control, "message": message} for control, message in problems],
                "warnings": [{"control": control, "message": message} for control, message in warnings],
                "request": None if problems else build_body(one.parsed.draft),
            },
        )


def _describe(result: dict[str, Any]) -> str:
    place = f"{result['file']} row {result['row']}" if "row" in result else result["file"]
    notes = [f"  {problem['control']}: {problem['message']}" for problem in result["problems"]]
    notes += [f"  {warning['control']}: {warning['message']} (a warning)" for warning in result["warnings"]]
    verdict = f"{place}: can be sent" if result["ok"] else f"{place}: can't be sent"
    return "\n".join([verdict, *notes])


def _setting(text: str) -> tuple[str, str]:
    control, equals, value = text.partition("=")
    if not equals or not control:
        raise argparse.ArgumentTypeError(f"“{text}” is not CONTROL=VALUE")
    return control, value


def _encoding(text: str) -> str:
    from kling_desktop.domain.errors import UserError
    from kling_desktop.domain.text_decoder import code_page_name

    try:
        return code_page_name(text) if text else ""
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError("give a number of seconds above 0, up to 3600")
    return seconds


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kling-desktop",
        description="Make videos with Kling O1 by filling in a form.",
        epilog="Without the window: kling-desktop check | render | resume | sandbox, each with --help.",
    )
    parser.add_argument("--version", action="version", version=f"Kling Desktop {__version__}")
    parser.add_argument(
        "--sandbox", action="store_true", help="try it on this computer, without a key and free of charge"
    )
    parser.add_argument("--profile", metavar="NAME", help="whose key and jobs to use")
    _add_data_option(parser)
    parser.add_argument(
        "file", nargs="*", metavar="FILE", help="a request, table, preset, clip or image to open, or a link"
    )
    return parser


def _add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep everything but keys below this folder, as a portable copy does"
    )


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"kling-desktop {command}")
    if command == "sandbox":
        from kling_desktop.sandbox import cli

        parser.description = "Run the sandbox on this computer."
        cli.add_arguments(parser)
        return parser
    parser.add_argument("--json", action="store_true", help="print one JSON line per result, for programs")
    _add_data_option(parser)
    if command in {"check", "render"}:
        parser.add_argument(
            "file", nargs="+", metavar="FILE", help="a request body, a preset, a curl command, a clip, a table, or -"
        )
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            type=_setting,
            metavar="CONTROL=VALUE",
            help="set a control, or fill in a template field of a preset",
        )
        parser.add_argument(
            "--encoding",
            default="",
            type=_encoding,
            metavar="NAME",
            help="how files that aren't Unicode are encoded, such as cp1251 or mac_roman",
        )
    if command == "check":
        parser.description = (
            "Check what the service would refuse. Exit codes: 0 (all can be sent), 1 (not all) or 2 (unreadable)."
        )
        return parser
    far = parser.add_mutually_exclusive_group()
    far.add_argument(
        "--sandbox", action="store_true", help="use the sandbox on this computer, without a key and free of charge"
    )
    far.add_argument("--api", metavar="URL", help="another base URL of the service, without /v1")
    parser.add_argument("--profile", default="default", metavar="NAME", help="whose key and jobs to use")
    parser.add_argument("--poll", type=_seconds, metavar="S", help="poll every S seconds")
    if command == "resume":
        parser.description = "Continue the jobs that render left open."
        parser.add_argument("--all", action="store_true", help="also continue the window's jobs")
        return parser
    parser.description = "Send, wait and download, without the window."
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to save the clips")
    parser.add_argument("--again", action="store_true", help="send table rows again that were submitted before")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be sent, and its price")
    return parser
