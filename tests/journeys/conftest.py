"""The whole window: inside this process on a sandbox of its own, or as a program that can be killed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from kling_desktop.controllers.application import Application
from kling_desktop.domain.request.draft import Draft
from kling_desktop.session import Service
from kling_desktop.store.composer.drafts import DraftFile
from kling_desktop.store.folders import Folders
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme
from tests.journeys.app_fixture import AppDriver
from tests.journeys.ui_driver import HARMLESS, wait_until
from tests.support.interrupts import interruptible
from tests.support.system_trash import own_trash

APP_PROCESS = Path(__file__).with_name("app_process.py")
QUICK = ("--speed", "50")

OpenApp = Callable[..., AbstractAsyncContextManager[AppDriver]]


_LOOPS: list[asyncio.AbstractEventLoop] = []
"""A closed loop's Qt timers still run. They crash when the garbage collector destroys them on another thread."""


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Qt's own loop for the tests with a window inside this process."""
    return {"qt": _qt_loop} if "open_app" in getattr(item, "fixturenames", ()) else {"asyncio": asyncio.new_event_loop}


def _qt_loop() -> asyncio.AbstractEventLoop:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
    _LOOPS.append(loop)
    return loop


@pytest.fixture(autouse=True)
def system_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of a journey goes into the bin of whoever runs it."""
    return own_trash(tmp_path / "of the system", monkeypatch)


@pytest.fixture
def open_app(tmp_path: Path) -> OpenApp:
    """Opens the window on the sandbox, in one home for the whole test. Options are the sandbox's.

    by_the_welcome: without saying so at the start, as one who has no key. leonardo: what a key is for. at_once: done
    to the window before anything works behind it.
    """

    @asynccontextmanager
    async def opened(
        draft: Draft | None = None,
        *options: str,
        by_the_welcome: bool = False,
        leonardo: Service | None = None,
        key_problem: str = "",
        at_once: Callable[[MainWindow], object] = lambda _: None,
    ) -> AsyncIterator[AppDriver]:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        folders = Folders.under(tmp_path / "home")
        if draft:
            DraftFile(folders.drafts / "draft.json").save(draft)
        desktop = Application(
            app.findChild(Theme) or Theme(app),
            folders,
            key_problem=key_problem,
            sandbox=not by_the_welcome,
            leonardo=leonardo,
            sandbox_options=(*QUICK, *options),
        )
        at_once(desktop.window)
        running = asyncio.create_task(desktop.run(), name="the window")
        try:
            await wait_until(QApplication.focusWidget, "The keyboard's focus")
            yield AppDriver(desktop, folders)
        finally:
            desktop.window.close()
            await running
            desktop.window.deleteLater()

    return opened


class AppProcess:
    """The app in a process of its own, doing one act."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def says(self) -> str:
        """Its next line."""
        assert self.process.stdout
        line = self.process.stdout.readline().rstrip("\n")
        assert not line.startswith("FAILED"), line
        return line

    def hears(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def until(self, line: str) -> None:
        while (said := self.says()) != line:
            assert said, f"it ended before “{line}”"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def ended(self) -> tuple[int, str]:
        """Its exit code and what it said on the standard error."""
        _, errors = self.process.communicate(timeout=60)
        lines = errors.splitlines(keepends=True)
        return self.process.returncode, "".join(line for line in lines if not line.startswith(HARMLESS))


Start = Callable[..., AppProcess]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The surroundings of programs that live in a home of their own."""
    place = tmp_path / "at home"
    kinds = ("DATA", "CONFIG", "CACHE", "STATE")
    settings = place / "config" / "kling-desktop" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"hold_seconds": 0.4}')
    own = {f"XDG_{kind}_HOME": str(place / kind.lower()) for kind in kinds}
    return {
        **own,
        "HOME": str(place),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "QT_QPA_PLATFORM": "offscreen",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    }


@pytest.fixture
def start(home: dict[str, str]) -> Iterator[Start]:
    """Starts the app with every warning an error, as Python's developers would run it."""
    programs: list[AppProcess] = []

    def started(act: str, *options: str, surroundings: Mapping[str, str] | None = None) -> AppProcess:
        with interruptible():
            process = subprocess.Popen(
                [sys.executable, "-W", "error", "-X", "dev", str(APP_PROCESS), act, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**home, **(surroundings or {})},
            )
        programs.append(AppProcess(process))
        return programs[-1]

    yield started
    for program in programs:
        if program.process.poll() is None:
            program.kill()
        for end in (program.process.stdin, program.process.stdout, program.process.stderr):
            if end:
                end.close()
