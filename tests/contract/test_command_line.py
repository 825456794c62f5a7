"""The command line: options, defaults, the sandbox's faults, and exit codes."""

import json
import re
from pathlib import Path

import pytest

from tests.contract.golden import assert_golden
from tests.contract.program import Program

# Prints what the parser accepts instead of parsing. It works whatever the program's own functions are called.
_DESCRIBE = """
import argparse, json, runpy, sys

def plain(value):
    return value if isinstance(value, (str, int, float, list, type(None))) else str(value)

def name(action):
    return action.option_strings[-1] if action.option_strings else action.metavar

def describe(parser, words=None, namespace=None):
    arguments = {
        name(action): {
            "options": action.option_strings,
            "action": type(action).__name__.strip("_"),
            "nargs": action.nargs,
            "default": plain(action.default),
            "choices": plain(action.choices),
            "metavar": action.metavar,
            "required": action.required,
            "has_help": bool(action.help) and action.help != argparse.SUPPRESS,
        }
        for action in parser._actions
    }
    groups = parser._mutually_exclusive_groups
    exclusive = [[name(action) for action in group._group_actions] for group in groups]
    told = {"prog": parser.prog, "arguments": arguments, "mutually_exclusive": exclusive}
    print(json.dumps([told, parser.format_usage(), parser.epilog]))
    raise SystemExit(0)

argparse.ArgumentParser.parse_args = describe
runpy.run_module("kling_desktop", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("command", ["window", "check", "render", "resume", "sandbox"])
def test_each_command_takes_the_same_arguments(command: str, tmp_path: Path) -> None:
    result = Program(tmp_path).python("-c", _DESCRIBE, *([] if command == "window" else [command])).result()
    assert result.code == 0, result.err
    parser, usage, epilog = json.loads(result.out)
    assert_golden(f"command_line/{command}.json", parser)
    assert_golden(f"command_line/{command}.usage.txt", " ".join(usage.split()) + "\n")
    if command == "sandbox":
        assert_golden("command_line/faults.json", re.findall(r"^  ([a-z0-9_]+)  +\S", epilog, re.MULTILINE))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--version", 0),
        ("check --help", 0),
        ("check", 2),
        ("check --set prompt a.json", 2),
        ("check missing.json", 2),
        ("render --sandbox --api http://127.0.0.1:9/api/rest a.json", 2),
        ("render --poll 0 a.json", 2),
        ("render missing.json", 2),
        ("render --api http://127.0.0.1:9/api/rest a.json", 4),
        ("resume a.json", 2),
        ("sandbox --fault nonsense=1", 2),
    ],
)
def test_the_exit_code_is_the_same(words: str, code: int, tmp_path: Path) -> None:
    body = {"model": "kling-video-o-1", "public": False, "parameters": {"prompt": "A fox"}}
    (tmp_path / "a.json").write_text(json.dumps(body))
    assert Program(tmp_path).run(*words.split()).code == code
