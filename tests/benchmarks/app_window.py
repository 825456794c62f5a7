"""What happens in the app's window, on the sandbox: `app_window.py FILM SECONDS FIGURE…` prints its figures.

Figures: typing, stalls (during the start and a job), play (the film, for so many seconds).
"""

import asyncio
import gc
import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QTextCursor

from kling_desktop.controllers.application import Application
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import UPLOADED, Draft, StoredMedia
from kling_desktop.main import run
from kling_desktop.store.folders import Folders
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import PromptEdit
from tests.benchmarks.heartbeat import Heartbeat
from tests.benchmarks.typing_speed import Typist
from tests.journeys.ui_driver import call_in_qt, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from kling_desktop.ui.viewer.player.stage import Stage
    from kling_desktop.ui.viewer.player.synced_stages import SyncedStages

PROMPT = "A cat jumps onto the sill and looks out. "
IMAGE_ID = "2f3a7d52-1c1e-4f0a-9d3b-0a8f5a8c7e11"
LONG = Draft(
    prompt=("@Image1 walks past @Image2. " + "Rain falls on the roof. " * 70)[:1_440],
    image_reference=(StoredMedia(IMAGE_ID, UPLOADED),) * 4,
)
IDLE_LOOP = Path(__file__).with_name("idle_loop.py")
SETTLING = 2.0


class Visit:
    """One run of the window, from its first paint to its end, with a measurement at each station."""

    def __init__(self, theme: Theme, folders: Folders, film: Path, seconds: float, names: "Collection[str]") -> None:
        self.figures: dict[str, Any] = {}
        self.desktop = Application(theme, folders, sandbox=True)
        self._film, self._seconds, self._names = film, seconds, names
        self._first_paint = _FirstPaint(self.desktop.window)
        self.round = asyncio.get_event_loop().create_task(self._go_round())

    async def _go_round(self) -> None:
        try:
            await self._start()
            if "typing" in self._names:
                await self._type()
            if "stalls" in self._names:
                await self._make_a_clip()
            if "play" in self._names:
                await self._play()
        finally:
            self.desktop.window.close()

    async def _start(self) -> None:
        await wait_until(lambda: not self.desktop.composer.send_blocker, "the sandbox")
        await asyncio.sleep(1)
        assert self._first_paint.heartbeat
        self.figures["start"] = asdict(self._first_paint.heartbeat.stop())

    async def _type(self) -> None:
        field = self.desktop.window.composer.findChild(PromptEdit)
        assert field is not None
        typist = Typist(self.desktop.window, field)
        for name, draft in (("short", Draft(prompt=PROMPT)), ("long", LONG)):
            self.desktop.composer.replace(draft)
            field.moveCursor(QTextCursor.MoveOperation.End)
            await asyncio.sleep(0.3)
            self.figures[f"typing {name}"] = await call_in_qt(typist.type)

    async def _make_a_clip(self) -> None:
        self.desktop.composer.replace(Draft(prompt=PROMPT))
        model = self.desktop.window.library.grid.model()
        assert isinstance(model, LibraryModel)

        def clips() -> int:
            return sum(model.is_clip(row) for row in range(model.rowCount()))

        before = clips()
        with start_idle_loop() as idle:
            await asyncio.sleep(2)
            heartbeat = Heartbeat()
            self.desktop.window.composer.generate_bar.generate_requested.emit()
            await wait_until(lambda: clips() > before, "the clip", 60)
            await asyncio.sleep(1)
            self.figures["job"] = asdict(heartbeat.stop())
            self.figures["idle"] = json.loads(idle.communicate()[0])

    async def _play(self) -> None:
        done = Done("generation", "image", str(self._film))
        takes = [Job(name, "sandbox", "default", "window", "", Draft(), time.time(), done) for name in ("one", "two")]
        window = self.desktop.window
        shows: dict[str, Callable[[], None]] = {
            "play": lambda: window.middle.open_clip(takes[0]),
            "play two": lambda: window.middle.compare_clips(takes),
        }
        for name, show in shows.items():
            show()
            viewer = window.middle.viewer
            assert viewer is not None
            self.figures[name] = await self._played(viewer.stage)

    async def _played(self, stage: "Stage | SyncedStages") -> dict[str, Any]:
        await wait_until(lambda: stage.playing, "the film")
        await asyncio.sleep(SETTLING)
        missed, shown = stage.missed, 0

        def count(_number: int) -> None:
            nonlocal shown
            shown += 1

        stage.shown.connect(count)
        heartbeat, used, began = Heartbeat(), time.process_time(), time.perf_counter()
        await asyncio.sleep(self._seconds)
        took, used = time.perf_counter() - began, time.process_time() - used
        return asdict(heartbeat.stop()) | {
            "missed": stage.missed - missed,
            "unshown": max(0, round(took * stage.fps) - shown),
            "share": 100 * used / took,
        }


class _FirstPaint(QObject):
    """Begins to watch the UI thread when the window paints for the first time."""

    def __init__(self, window: QObject) -> None:
        super().__init__()
        self.heartbeat: Heartbeat | None = None
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self.heartbeat = Heartbeat()
        return False


def start_idle_loop() -> subprocess.Popen[bytes]:
    """The floor of stalls, measured beside; it tells when its standard input ends."""
    return subprocess.Popen([sys.executable, IDLE_LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def main() -> None:
    film, seconds, *names = sys.argv[1:]
    visits: list[Visit] = []

    def compose(theme: Theme, folders: Folders) -> Application:
        visits.append(Visit(theme, folders, Path(film), float(seconds), names))
        gc.freeze()  # as open_window does
        return visits[0].desktop

    run(compose)
    visits[0].round.result()
    json.dump(visits[0].figures, sys.stdout)


if __name__ == "__main__":
    main()
