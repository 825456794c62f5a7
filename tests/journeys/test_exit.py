"""However the app ends, it ends cleanly, and what was written or paid for is there again."""

import os
import select
import signal
from pathlib import Path

import pytest

from tests.journeys.conftest import Start


@pytest.mark.parametrize(
    "act",
    [
        "quit_at_once",
        "quit_idle",
        "quit_held",
        "quit_generating",
        "quit_downloading",
        "quit_playing",
        "quit_at_the_welcome",
    ],
)
def test_quitting_is_clean_at_any_moment(start: Start, act: str) -> None:
    app = start(act, *([] if "welcome" in act else ["--sandbox"]))
    assert app.ended() == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_termination_signal_closes_the_window_and_is_logged(
    start: Start, home: dict[str, str], number: signal.Signals
) -> None:
    app = start("write", "--sandbox")
    app.until("written")
    app.process.send_signal(number)
    assert app.ended() == (0, "")
    [log] = Path(home["HOME"]).rglob("kling-desktop.log")
    told = log.read_text()
    assert f"told to quit by {number.name}\n" in told
    assert told.endswith("quit normally\n")
    assert start("stay", "--sandbox").says() == "open A lighthouse in the fog"


def test_the_draft_is_restored_after_a_crash(start: Start) -> None:
    app = start("write", "--sandbox")
    app.until("saved")
    app.kill()
    assert start("stay", "--sandbox").says() == "open A lighthouse in the fog"


def test_a_generating_clip_arrives_after_a_crash(start: Start, tmp_path: Path) -> None:
    app = start("order", "--sandbox", "--speed", "3")
    app.until("generating")
    app.kill()
    again = start("tell_states", "--sandbox")
    again.until("done")
    file = Path(again.says().removeprefix("file "))
    assert file.stat().st_size > 10_000
    assert len(list(tmp_path.rglob("sandbox/generations/*.json"))) == 1


def test_the_sandbox_ends_when_the_app_is_killed(start: Start) -> None:
    app = start("stay", "--sandbox")
    app.says()
    threads = Path(f"/proc/{app.process.pid}/task").glob("*/children")
    [sandbox] = "".join(thread.read_text() for thread in threads).split()
    ending = os.pidfd_open(int(sandbox))
    try:
        app.kill()
        assert select.select([ending], [], [], 10)[0], "the sandbox lives on"
    finally:
        os.close(ending)
