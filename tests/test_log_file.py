"""The log says what went wrong and where, and nothing of what the user has written."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from psygnal import EmitLoopError, Signal

from kling_desktop.domain.errors import UserError
from kling_desktop.log_file import start_log
from kling_desktop.services.jobs.events import JobEvents

PROMPT = "A fox that nobody may read about"


class Emitter:
    changed = Signal(str)


def fail(prompt: str) -> None:
    beginning = prompt[:20]
    raise ValueError(f"nothing begins with {beginning}")


@pytest.fixture(autouse=True)
def _logging_is_left_as_it_was() -> Iterator[None]:
    before = logging.raiseExceptions, logging.getLogger("kling_desktop").level
    yield
    logging.raiseExceptions = before[0]
    logging.getLogger("kling_desktop").setLevel(before[1])


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    handler = start_log(tmp_path / "logs")
    yield tmp_path / "logs" / "kling-desktop.log"
    logging.getLogger().removeHandler(handler)
    handler.close()


def test_errors_are_logged_without_what_they_were_given(log: Path, caplog: pytest.LogCaptureFixture) -> None:
    emitter = Emitter()
    emitter.changed.connect(fail)
    try:
        emitter.changed.emit(PROMPT)
    except EmitLoopError as error:
        logging.getLogger("kling_desktop.test").exception("A task failed")
        details = f"Task exception was never retrieved\nfuture: <Task exception={error!r}>"
        logging.getLogger("asyncio").error(details, exc_info=error)
    try:
        raise UserError("The disk is full.")
    except UserError:
        logging.getLogger("kling_desktop.test").exception("A step failed")
    text = log.read_text()
    assert PROMPT[:20] not in text
    assert "EmitLoopError\ncaused by" in text
    assert "in fail" in text
    assert "ValueError\n" in text
    assert "Task exception was never retrieved\n" in text
    assert "UserError: The disk is full." in text
    assert log.stat().st_mode & 0o077 == 0
    caplog.clear()


def test_a_listener_that_fails_is_logged_without_its_local_variables(caplog: pytest.LogCaptureFixture) -> None:
    events = JobEvents()
    events.limit_reached.connect(lambda _job, prompt: fail(prompt))
    events.emit(events.limit_reached, "job", f"{PROMPT[-10:]} and more than that")
    assert "A listener of limit_reached failed" in caplog.text
    assert "in fail" in caplog.text
    assert "Local variables" not in caplog.text
    assert "and more than that" not in caplog.text


def test_without_a_folder_for_it_the_app_starts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    for or_to_terminal in (True, False):
        handler = start_log(tmp_path / "logs", or_to_terminal=or_to_terminal)
        logging.getLogger().removeHandler(handler)
        assert isinstance(handler, logging.StreamHandler) is or_to_terminal
