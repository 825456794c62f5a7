"""Pictures of 50 megapixels, dropped on a slot of the app's window and removed: `large_pictures.py HOME DROPS`."""

import asyncio
import gc
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import QMimeData, QUrl

from kling_desktop.controllers.application import Application
from kling_desktop.main import run
from kling_desktop.store.folders import Folders
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import START
from kling_desktop.ui.theme import Theme
from tests.benchmarks.app_window import start_idle_loop
from tests.benchmarks.heartbeat import Heartbeat
from tests.journeys.ui_driver import wait_until

_SIZE = (8660, 5774)


def write_large_picture(to: Path, tint: int) -> Path:
    """As detailed as a photograph, more or less: noise, made larger."""
    small = Image.effect_noise((_SIZE[0] // 4, _SIZE[1] // 4), 60).convert("RGB")
    Image.blend(small, Image.new("RGB", small.size, (tint, 90, 60)), 0.5).resize(_SIZE).save(to, quality=90)
    return to


class Visit:
    """One run of the window: a first drop, watched, then many more."""

    def __init__(self, theme: Theme, folders: Folders, pictures: list[Path], drops: int) -> None:
        self.figures: dict[str, Any] = {}
        self.desktop = Application(theme, folders, sandbox=True)
        self._pictures, self._drops = pictures, drops
        self.round = asyncio.get_event_loop().create_task(self._go_round())

    async def _go_round(self) -> None:
        try:
            await wait_until(lambda: not self.desktop.composer.send_blocker, "the sandbox")
            await asyncio.sleep(1)
            await self._drop(self._pictures[1])  # Pillow is there from now on
            before = _resident()
            await self._watched_drop(self._pictures[0])
            for nth in range(self._drops):
                await self._drop(self._pictures[nth % 2])
            gc.collect()
            await asyncio.sleep(2)
            self.figures["more memory"] = _resident() - before
        finally:
            self.desktop.window.close()

    async def _watched_drop(self, picture: Path) -> None:
        with start_idle_loop() as idle:
            await asyncio.sleep(1)
            heartbeat, began = Heartbeat(), time.perf_counter()
            await self._drop(picture, remove=False)
            self.figures["thumbnail"] = 1000 * (time.perf_counter() - began)
            await asyncio.sleep(1)
            self.figures["stalls"] = asdict(heartbeat.stop())
            self.figures["idle"] = json.loads(idle.communicate()[0])
        self.desktop.composer.remove_media(START.slot)

    async def _drop(self, picture: Path, *, remove: bool = True) -> None:
        panel, composer = self.desktop.window.composer, self.desktop.composer
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(picture))])
        intake = panel.findChild(MediaInput)
        assert intake is not None
        intake.insert_data(START, data)
        await wait_until(
            lambda: composer.draft.start_frame and panel.pictures.of(composer.draft.start_frame[0]), "its picture"
        )
        if remove:
            composer.remove_media(START.slot)


def _resident() -> float:
    """MiB."""
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    home, drops = Path(sys.argv[1]), int(sys.argv[2])
    home.mkdir(parents=True, exist_ok=True)
    pictures = [write_large_picture(home / f"{tint}.jpg", tint) for tint in (40, 200)]
    visits: list[Visit] = []

    def compose(theme: Theme, folders: Folders) -> Application:
        visits.append(Visit(theme, folders, pictures, drops))
        return visits[0].desktop

    run(compose)
    visits[0].round.result()
    json.dump(visits[0].figures, sys.stdout)


if __name__ == "__main__":
    main()
