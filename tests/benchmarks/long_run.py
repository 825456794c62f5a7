"""A long session in the app's window, on the sandbox: `long_run.py JOBS` prints how much each place has grown to.

Jobs come ten at a time, each ten with a new image, and between them the form, the search, the viewer and the reviews
are used as in an afternoon. What lies on disk and in memory is counted after each ten.
"""

import asyncio
import gc
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PIL import Image

from kling_desktop.controllers.application import Application
from kling_desktop.domain.jobs.actions import ActionRequest, ReviewAction
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.main import run
from kling_desktop.media.image.import_copy import import_image
from kling_desktop.store.folders import Folders
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Theme
from tests.journeys.ui_driver import wait_until

TAKES = 10
WORDS = tuple("A paper boat drifts down a rainy street, past lanterns and closed shops".split())  # noqa: SIM905
IDLE_SECONDS = 20
Sizes = dict[str, float]


class LongRun:
    """Submits `jobs` jobs and counts. figures: what was counted after each ten, and while nothing was done."""

    def __init__(self, theme: Theme, folders: Folders, jobs: int) -> None:
        self.figures: list[Sizes] = []
        self._folders = folders
        self._rounds = jobs // TAKES
        self.desktop = Application(theme, folders, sandbox=True, sandbox_options=("--speed", "200"))
        self.task = asyncio.get_event_loop().create_task(self._go())

    async def _go(self) -> None:
        try:
            await wait_until(lambda: not self.desktop.composer.send_blocker, "the sandbox")
            self.desktop.shell.context.settings.change("hold_seconds", 0.0)
            for number in range(self._rounds):
                await self._generate(number)
                await self._use(number)
                self.figures.append(self._count())
            before = self._count()
            await asyncio.sleep(IDLE_SECONDS)
            after = self._count()
            self.figures.append({"idle log bytes": after["logs"] - before["logs"], **after})
        finally:
            self.desktop.window.close()

    async def _generate(self, number: int) -> None:
        source = self._folders.data / "source.png"
        Image.effect_noise((900, 700), 40 + number).save(source)
        copy = await asyncio.to_thread(import_image, source, self._folders.media)
        image = replace(copy.as_local_image, fit=Fit.CROP)
        composer = self.desktop.composer
        composer.replace(Draft(prompt=f"Take {number}", start_frame=(image,), takes=TAKES))
        await asyncio.sleep(0.1)
        composer_panel = self.desktop.window.composer
        composer_panel.generate_bar.generate_requested.emit()
        await wait_until(lambda: self._clips >= (number + 1) * TAKES, f"ten clips more than {number * TAKES}", 600)

    async def _use(self, number: int) -> None:
        window, composer = self.desktop.window, self.desktop.composer
        for count in range(len(WORDS)):
            composer.edit(prompt=" ".join(WORDS[: count + 1]))
            await asyncio.sleep(0.02)
        for words in ("boat", "lantern", ""):
            window.library.search.search_for(words)
            await asyncio.sleep(0.05)
        job = next(job for row in range(len(self._model)) if (job := self._model.job(row)) and job.is_terminal)
        window.middle.open_clip(job)
        await asyncio.sleep(0.3)
        window.middle.close_clip()
        number_of = next(at for row in range(len(self._model)) if (at := self._model.number(row)) is not None)
        window.library.action_requested.emit(ActionRequest(ReviewAction.RATE, clips=(number_of,), value=1 + number % 5))
        self.desktop.shell.context.post(f"Round {number} is over.")
        await asyncio.sleep(1.2)  # until the form is saved

    @property
    def _model(self) -> "Rows":
        model = self.desktop.window.library.grid.model()
        assert isinstance(model, LibraryModel)
        return Rows(model)

    @property
    def _clips(self) -> int:
        return sum(self._model.is_clip(row) for row in range(len(self._model)))

    def _count(self) -> Sizes:
        data, temporary = self._folders.data, Path(os.environ["TMPDIR"])
        gc.collect()
        return {
            "clips": self._clips,
            "write-ahead log": _bytes(data.glob("*.db-wal")),
            "journal": _bytes(data.glob("*.jsonl")),
            "database": _bytes(data.glob("*.db")),
            "logs": _bytes(self._folders.logs.rglob("*")),
            "drafts": _bytes((data / "drafts").rglob("*")),
            "posters": _bytes(self._folders.posters.rglob("*")),
            "images": _bytes(self._folders.media.rglob("*")),
            "cache": _bytes(self._folders.cache.rglob("*")),
            "temporary files": sum(
                1
                for path in (*temporary.rglob("*"), *data.rglob("*.part"), *self._folders.clips.rglob("*.part"))
                if path.is_file() and "kling-sandbox" not in str(path)
            ),
            "memory": _resident(),
            "threads": threading.active_count(),
            "files open": len(os.listdir("/proc/self/fd")),
            "at": time.monotonic(),
        }


class Rows:
    """The rows of the library."""

    def __init__(self, model: LibraryModel) -> None:
        self._model = model
        self.job, self.number, self.is_clip = model.job, model.number, model.is_clip

    def __len__(self) -> int:
        return self._model.rowCount()


def _bytes(files: Iterable[Path]) -> float:
    return float(sum(path.stat().st_size for path in files if path.is_file()))


def _resident() -> float:
    return 1024.0 * int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])


def main() -> None:
    runs: list[LongRun] = []

    def compose(theme: Theme, folders: Folders) -> Application:
        runs.append(LongRun(theme, folders, int(sys.argv[1])))
        return runs[0].desktop

    run(compose)
    runs[0].task.result()
    json.dump(runs[0].figures, sys.stdout)


if __name__ == "__main__":
    logging.raiseExceptions = False
    main()
