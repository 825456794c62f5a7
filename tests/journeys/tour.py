"""The tour: the real window, unseen, driven through the guide's two sample requests.

    .venv/bin/python tests/journeys/tour.py [--screenshot]

Both clips and a screenshot of every step go to out/tour. It ends with 0 only if both clips are whole and as asked.
--screenshot also renews the picture in the README, resources/help/window.png.
"""

import argparse
import asyncio
import faulthandler
import os
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import av
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QLineEdit

from kling_desktop import main
from kling_desktop.controllers.application import Application
from kling_desktop.domain.jobs.job_states import Done, Generating, Held
from kling_desktop.domain.request.models import Slot
from kling_desktop.store.folders import Folders
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.library.model.library_model import LibraryRole
from kling_desktop.ui.library.quick_look import QuickLook
from kling_desktop.ui.theme import Scheme, Theme
from kling_desktop.ui.widgets import IconButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.tour_pictures import paint_tour_pictures
from tests.journeys.ui_driver import WarningCollector, collect_warnings, file_mime, wait_until
from tests.support.frame_marks import read_mark
from tests.support.places import REFERENCES

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "out" / "tour"
README_PICTURE = ROOT / "resources" / "help" / "window.png"
LARGE, SMALL = (1440, 900), (1100, 700)
LONGEST = 180
"""Seconds; it takes half a minute on a machine that has nothing else to do."""
FRAMES, FPS = 120, 24
SEED = "1234567"
SPEED = "6"
BEST = "the first clip plays"
"""The step that the README shows."""


class Tour:
    """One walk through the window; a picture and a line a step."""

    def __init__(
        self, desktop: Application, theme: Theme, folders: Folders, brought: Path, out: Path, grumbles: WarningCollector
    ) -> None:
        self.desktop = desktop
        self.out = out
        self.theme = theme
        self.grumbles = grumbles
        self.hands = AppDriver(desktop, folders)
        self.start, self.end, self.hills = paint_tour_pictures(brought)
        self.steps = 0
        self.began = time.monotonic()
        self.clips: list[Path] = []
        self.failure = ""

    async def walk(self) -> None:
        """All of it; the window is closed at the end, however that came."""
        try:
            await self.open()
            await self.first_request()
            await self.first_clip()
            await self.second_request()
            await self.second_clip()
            await self.judge_and_find()
            await self.other_looks()
        except Exception as error:  # noqa: BLE001 - reported as the outcome
            self.failure = str(error) or repr(error)
            await self.hands.take_screenshot(self.out / f"{self.steps + 1:02} stuck here.png")
        finally:
            self.desktop.window.close()

    async def open(self) -> None:
        self.desktop.window.resize(*LARGE)
        await self.hands.wait_until_connected()
        await self.seen("the window on the sandbox")

    async def first_request(self) -> None:
        hands = self.hands
        await hands.click(hands.prompt)
        await hands.type("The woman plays with the cat")
        await self.seen("the prompt is typed")
        await hands.drag_over(hands.box(START), file_mime(self.start))
        await self.seen("a picture over the start frame")
        await hands.drop(hands.box(START), file_mime(self.start))
        await self.holds(Slot.START_FRAME)
        await hands.drop(hands.box(END), file_mime(self.end))
        await self.holds(Slot.END_FRAME)
        await self.seen("start and end frame are dropped")
        await hands.click(hands.cell("9:16"))
        await hands.click(hands.cell("5 s"))
        await self.pictured(START, END)
        await self.seen("portrait, five seconds")

    async def first_clip(self) -> None:
        await self.hands.press("Ctrl+Return")
        await self.hands.wait_for_state(Held)
        await self.seen("some seconds to undo")
        await self.hands.wait_for_state(Generating)
        await wait_until(lambda: self.hands.grid.is_ticking, "The clock of the card")
        await self.seen("the first clip is generated")
        await self.clip_arrives()
        await self.seen("the first clip is here")
        await self.play("the first clip plays")

    async def second_request(self) -> None:
        hands = self.hands
        data = await hands.drag_off(hands.grid.viewport(), hands.card())
        await hands.drag_over(hands.box(VIDEO), data)
        await self.seen("frames and a video exclude each other")
        await hands.drag_away(hands.box(VIDEO), data)
        await hands.click(hands.cell("Edit video"))
        await self.seen("the way to edit a video")
        await hands.press("Esc", on=hands.find(QLineEdit, "ID of an image or a video"))
        await hands.drop(hands.box(VIDEO), await hands.drag_off(hands.grid.viewport(), hands.card()))
        await self.holds(Slot.VIDEO_REFERENCE_BASE)
        await hands.drop(hands.box(REFERENCES[0]), file_mime(self.hills))
        await self.holds(Slot.IMAGE_REFERENCE)
        await self.pictured(REFERENCES[0], VIDEO)
        await hands.click(hands.prompt)
        await hands.press("Ctrl+A")
        await hands.type("add @image1 to the background")
        await hands.click(hands.cell("16:9"))
        await self.seen("the clip to edit and a reference")
        await hands.click(hands.find(IconButton, "More settings"))
        await wait_until(lambda: not hands.find(QLineEdit, "Seed").visibleRegion().isEmpty(), "The seed's field")
        await hands.click(hands.find(QLineEdit, "Seed"))
        await hands.type(SEED)
        await hands.click(hands.cell("Off"))
        await hands.click(hands.cell("1080p"))
        await self.seen("mode, prompt enhancement and seed")

    async def second_clip(self) -> None:
        await self.hands.press("Ctrl+Return")
        await wait_until(lambda: len(self.hands.jobs) == 2, "The second job")
        await self.hands.wait_for_state(Generating)
        await self.seen("the edit is generated")
        await self.clip_arrives()
        await self.seen("the edit is here")
        await self.play("the edit plays")

    async def judge_and_find(self) -> None:
        hands = self.hands
        hands.grid.setFocus()
        await hands.press("Home")
        for key in ("4", "P"):
            await hands.press(key)
        await hands.press("Space")
        await wait_until(lambda: (look := self.look) and look.stage and look.stage.number > 5, "The quick look")
        await self.seen("a quick look, four stars, picked")
        await hands.press("Space")
        await hands.press("Ctrl+F")
        await hands.type("cat")
        await wait_until(lambda: len(hands.jobs) == 1, "The clip with the cat")
        await hands.press("Ctrl+Shift+F")
        await self.seen("words and filters")
        await hands.press("Esc")
        await hands.press("Ctrl+F")
        await hands.press("Esc")
        await wait_until(lambda: len(hands.jobs) == 2, "Both clips")

    @property
    def look(self) -> QuickLook | None:
        return self.desktop.window.library.look

    async def other_looks(self) -> None:
        looks: tuple[tuple[Scheme, tuple[int, int]], ...] = (("dark", SMALL), ("light", SMALL), ("light", LARGE))
        for scheme, size in looks:
            self.theme.force(scheme)
            self.desktop.window.resize(*size)
            await wait_until(self.posters_fit, "The clips' pictures in their new size")
            await self.seen(f"{scheme}, {size[0]} × {size[1]}")

    async def play(self, name: str) -> None:
        """Open the newest clip and see it run."""
        await self.hands.click(self.hands.grid.viewport(), self.hands.card())
        viewer = self.hands.viewer
        await wait_until(lambda: viewer.stage.number > 30, "The playing clip")
        await self.seen(name)
        await self.hands.press("Esc", on=viewer)

    async def holds(self, slot: Slot) -> None:
        await wait_until(lambda: self.desktop.composer.draft.media(slot), f"What was dropped into {slot}", 5)

    async def pictured(self, *places: Place) -> None:
        await wait_until(lambda: all(self.hands.box(place).view.picture for place in places), "The slots' pictures", 5)

    async def clip_arrives(self) -> None:
        await wait_until(lambda: self.hands.jobs[0].is_terminal, "The finished clip", 40)
        job = self.hands.jobs[0]
        if not isinstance(job.state, Done):
            raise AssertionError(f"The job ended {job.state.name}: {job.state}")
        self.clips.append(Path(job.state.file))
        newest = self.hands.grid.model().index(0, 0)
        await wait_until(lambda: newest.data(LibraryRole.POSTER), "The clip's picture", 5)

    def posters_fit(self) -> bool:
        grid, model = self.hands.grid, self.desktop.shell.library_model
        posters = [model.poster(row) for row in range(model.rowCount())]
        size = QSizeF(grid.cells.width, grid.cells.height)
        return all(poster is not None and poster.deviceIndependentSize() == size for poster in posters)

    async def seen(self, name: str) -> None:
        """A step is done: its picture and its line. What was grumbled about on the way ends the tour here."""
        self.steps += 1
        await self.hands.take_screenshot(self.out / f"{self.steps:02} {name}.png")
        tell(f"{self.steps:3}  {name:<42}{time.monotonic() - self.began:5.1f} s")
        if self.grumbles.messages:
            raise AssertionError(f"Unexpected: {self.grumbles.messages[0]}")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def whole(clip: Path, width: int, height: int) -> str:
    """Look at a clip without any of the app's code, frame by frame: what it is. ValueError says what is wrong."""
    with av.open(clip) as container:
        seconds = (container.duration or 0) / av.time_base
        video = container.streams.video[0]
        rate = float(video.average_rate or 0)
        numbers = []
        for frame in container.decode(video):
            if (frame.width, frame.height) != (width, height):
                raise ValueError(f"{clip.name}: a frame of {frame.width} × {frame.height}, not {width} × {height}.")
            numbers.append(read_mark(frame.reformat(format="gray").to_image()))  # type: ignore[no-untyped-call]
    if numbers != list(range(FRAMES)):
        raise ValueError(f"{clip.name}: its frames are numbered {numbers}, not 0 to {FRAMES - 1}.")
    if rate != FPS or abs(seconds - FRAMES / FPS) > 0.05:
        raise ValueError(f"{clip.name}: {seconds:g} s at {rate:g} fps, not {FRAMES / FPS:g} s at {FPS}.")
    size = clip.stat().st_size / 1e6
    return f"{clip.name}  {width} × {height}  {size:.1f} MB  {len(numbers)} frames  {seconds:.2f} s at {rate:g} fps"


def judge(tour: Tour | None, grumbles: WarningCollector) -> list[str]:
    """Bring the clips home and say what they are; the sentences about what is wrong."""
    if tour is None:
        return ["The window did not open."]
    wrong = [tour.failure] if tour.failure else []
    wrong += [f"Unexpected: {heard}" for heard in grumbles.messages if heard not in tour.failure]
    if len(tour.clips) != 2:
        return [*wrong, f"{len(tour.clips)} clips were made, not two."]
    for clip, size, name in zip(tour.clips, ((1080, 1920), (1920, 1080)), ("start and end frame", "edit"), strict=True):
        kept = tour.out / f"{name}.mp4"
        shutil.copyfile(clip, kept)
        try:
            tell(f"     {whole(kept, *size)}")
        except (ValueError, av.FFmpegError) as error:
            wrong.append(str(error))
    return wrong


def take_tour(home: Path, out: Path) -> list[str]:
    """Walk through the app in a home of its own; the sentences about what went wrong."""
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    os.environ["HOME"] = str(home)
    os.environ.pop("LEONARDO_API_KEY", None)
    tours: list[Tour] = []
    walking: list[asyncio.Task[None]] = []

    grumbles = WarningCollector()

    def compose(theme: Theme, folders: Folders) -> Application:
        theme.force("dark")
        desktop = Application(theme, folders, sandbox=True, sandbox_options=("--speed", SPEED))
        tours.append(Tour(desktop, theme, folders, home / "brought", out, grumbles))
        walking.append(asyncio.get_event_loop().create_task(tours[0].walk(), name="the tour"))
        return desktop

    with collect_warnings(grumbles):
        main.run(compose)
    return judge(tours[0] if tours else None, grumbles)


def begin() -> int:
    parser = argparse.ArgumentParser(description="Drive the real window, unseen, through the guide's two requests.")
    parser.add_argument("--screenshot", action="store_true", help="renew the README's picture as well")
    parser.add_argument("--out", type=Path, default=OUT, help="where clips and pictures go; emptied before")
    options = parser.parse_args()
    out: Path = options.out
    warnings.simplefilter("error")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    # The last resort: each wait of the tour has its own limit.
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    with tempfile.TemporaryDirectory(prefix="kling tour ") as home:
        wrong = take_tour(Path(home), out)
    faulthandler.cancel_dump_traceback_later()
    for sentence in wrong:
        tell(f"FAILED: {sentence}")
    if not wrong:
        tell(f"     {time.monotonic() - began:.0f} s; everything is in {os.path.relpath(out)}")
        if options.screenshot:
            README_PICTURE.parent.mkdir(exist_ok=True)
            shutil.copyfile(next(out.glob(f"* {BEST}.png")), README_PICTURE)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(begin())
