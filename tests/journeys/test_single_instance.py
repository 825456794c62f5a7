"""One window for a user's data: whoever starts the app again gets that one."""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.app_cli import BODY
from tests.journeys.conftest import Start

APP = (sys.executable, "-W", "error", "-X", "dev", "-m", "kling_desktop")
ROOT = Path(__file__).resolve().parents[2]


def again(home: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    surroundings = {**home, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*APP, *words], env=surroundings, cwd=home["HOME"], capture_output=True, text=True, timeout=60
    )


def test_a_second_start_opens_its_files_in_the_first_window(start: Start, home: dict[str, str]) -> None:
    app = start("be_called", "--sandbox")
    app.until("open")
    (Path(home["HOME"]) / "body.json").write_text(json.dumps(BODY))
    second = again(home, "--profile", "work", "body.json")
    assert (second.returncode, second.stdout) == (0, "")
    assert "is already open" in second.stderr
    assert app.says() == f"called for {BODY['parameters']['prompt']}"  # type: ignore[index]
    app.kill()


def test_after_a_crash_the_next_start_opens_a_window(start: Start) -> None:
    first = start("be_called", "--sandbox")
    first.until("open")
    first.kill()
    assert start("stay", "--sandbox").says() == "open "
