"""The guide names the options that the commands take."""

import re
from pathlib import Path

import pytest

from tests.cli.app_cli import AppCli

GUIDE = Path(__file__).parents[2] / "resources" / "help" / "guide.md"
OPTION = re.compile(r"--[a-z][a-z-]*")


@pytest.mark.parametrize("command", ["check", "render", "resume", "sandbox"])
def test_the_guide_names_the_options_of_each_command_and_no_others(cli: AppCli, command: str) -> None:
    [usage] = [line for line in GUIDE.read_text().splitlines() if line.startswith(f"kling-desktop {command} ")]
    told, _, _ = cli.run(command, "--help").out.partition("\n\n")
    assert set(OPTION.findall(usage)) == set(OPTION.findall(told))
