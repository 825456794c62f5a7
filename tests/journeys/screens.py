"""The screens of one look: what to do to see each, and its picture."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from kling_desktop import main
from kling_desktop.controllers.application import Application
from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.jobs.job_states import Blocked, Failed, JobState, Refused, Unknown
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.database import open_database
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.ui.composer.media_input.place import END, START
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import IconButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.screenshots import PROMPT, Look
from tests.journeys.tour_pictures import paint_tour_pictures
from tests.journeys.ui_driver import call_in_qt, file_mime, wait_until
from tests.support.generated_library import fill_library

CLIPS: Final = 11
LONGEST: Final = 240
Screen = Callable[["Screens"], Awaitable[None]]


class Screens:
    """Walks from screen to screen of an app with clips, jobs and drafts."""

    def __init__(self, desktop: Application, look: Look, folders: Folders, out: Path, wanted: str) -> None:
        self.desktop = desktop
        self.hands = AppDriver(desktop, folders)
        self.look = look
        self.folders = folders
        self.out = out
        self.wanted = wanted
        self.failed: list[str] = []

    async def walk(self, screens: dict[str, Screen]) -> None:
        """Each in turn; one that can't be reached doesn't keep the others away."""
        settings = self.desktop.shell.context.settings
        settings.change("theme", self.look.scheme)
        settings.change("text_size", self.look.text)
        self.desktop.window.resize(self.look.width, self.look.height)
        for name, reach in screens.items():
            if name.startswith("·") or self.wanted in name:
                try:
                    async with asyncio.timeout(LONGEST / 4):
                        await reach(self)
                        if not name.startswith("·"):
                            await self.shoot(name)
                except Exception as error:  # noqa: BLE001 - told with the others at the end
                    self.failed.append(f"{name}: {error!r}")
                await self.close_floats()
        self.desktop.window.close()

    async def shoot(self, name: str) -> None:
        """The window, and the dialogs, popups and menus over it."""
        await asyncio.sleep(0.25)
        shot = await call_in_qt(self._grab)
        self.out.mkdir(parents=True, exist_ok=True)
        shot.save(str(self.out / f"{name}.png"))

    def _grab(self) -> QPixmap:
        window = self.desktop.window
        shot = window.grab()
        floats = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window and w.width() > 8]
        with QPainter(shot) as painter:
            for widget in floats:
                painter.drawPixmap(widget.pos() - window.pos(), widget.grab())
        return shot

    async def close_floats(self) -> None:
        def close() -> None:
            for widget in QApplication.topLevelWidgets():
                if widget.isVisible() and widget is not self.desktop.window:
                    widget.close()

        await call_in_qt(close)

    async def dialog(self) -> QDialog:
        def found() -> list[QDialog]:
            return [d for d in QApplication.topLevelWidgets() if isinstance(d, QDialog) and d.isVisible()]

        await wait_until(found, "A dialog", 10)
        return found()[0]


async def connect(screens: Screens) -> None:
    await screens.hands.wait_until_connected()
    await wait_until(lambda: screens.hands.grid.model().rowCount() >= CLIPS, "The clips")
    await asyncio.sleep(0.6)


async def library(screens: Screens) -> None:
    pass


async def prompt_filled(screens: Screens) -> None:
    hands = screens.hands
    start, end, _ = paint_tour_pictures(screens.folders.data / "brought")
    for place, file in ((START, start), (END, end)):
        await hands.drop(hands.box(place), file_mime(file))
        await wait_until(lambda: screens.desktop.composer.draft.media(place.slot), place.name, 20)  # noqa: B023
    screens.desktop.composer.edit(prompt=PROMPT, takes=3, duration=10)
    await asyncio.sleep(0.6)


async def more_open(screens: Screens) -> None:
    await screens.hands.click(screens.hands.find(IconButton, "More settings"))
    await asyncio.sleep(0.3)


async def more_shut(screens: Screens) -> None:
    await screens.hands.click(screens.hands.find(IconButton, "More settings"))
    screens.desktop.composer.edit(prompt="", takes=1)


async def queue(screens: Screens) -> None:
    screens.desktop.window.show_queue()


async def messages(screens: Screens) -> None:
    await screens.hands.press("Ctrl+Shift+J", on=screens.desktop.window)


async def panes_away(screens: Screens) -> None:
    await screens.hands.press("Ctrl+Shift+J", on=screens.desktop.window)


async def filters(screens: Screens) -> None:
    await call_in_qt(screens.desktop.window.show_filters)


async def viewer(screens: Screens) -> None:
    await call_in_qt(lambda: screens.desktop.window.middle.open_clip(_clips(screens)[0]))
    await asyncio.sleep(1)


async def compare(screens: Screens) -> None:
    clips = _clips(screens)
    await call_in_qt(lambda: screens.desktop.window.middle.compare_clips(clips[:2]))
    await asyncio.sleep(1)


async def grid_again(screens: Screens) -> None:
    await call_in_qt(screens.desktop.window.middle.close_clip)


async def settings(screens: Screens) -> None:
    await call_in_qt(screens.hands.controllers.open_settings)
    await screens.dialog()


async def about(screens: Screens) -> None:
    await call_in_qt(screens.desktop.shell.menu.about.trigger)
    await screens.dialog()


async def key(screens: Screens) -> None:
    await call_in_qt(screens.hands.controllers.ask_for_key)
    await screens.dialog()


async def shortcuts(screens: Screens) -> None:
    await call_in_qt(screens.desktop.window.show_shortcuts)
    await screens.dialog()


async def spending(screens: Screens) -> None:
    await call_in_qt(screens.desktop.shell.menu.spending.trigger)
    await screens.dialog()
    await asyncio.sleep(0.5)


async def table(screens: Screens) -> None:
    text = "prompt,duration,takes\nA fox in the snow,5,2\nAn old harbour at dawn,10,1\nHer cat under neon signs,5,3\n"
    screens.hands.controllers.requests.table_pasted.emit(text)
    await screens.dialog()


async def presets(screens: Screens) -> None:
    await screens.hands.press("Ctrl+P", on=screens.desktop.window)
    await asyncio.sleep(0.3)


async def card_menu(screens: Screens) -> None:
    hands = screens.hands
    QTimer.singleShot(0, hands.grid, lambda: hands.grid.customContextMenuRequested.emit(hands.card(2)))
    await asyncio.sleep(0.4)


async def form_menu(screens: Screens) -> None:
    await call_in_qt(screens.hands.find(IconButton, "Form menu").click)
    await asyncio.sleep(0.3)


async def empty_search(screens: Screens) -> None:
    screens.desktop.window.library.search.search_for("nothing of the kind")
    await asyncio.sleep(0.8)


WITH_CLIPS: Final[dict[str, Screen]] = {
    "· connect": connect,
    "01 library": library,
    "02 composer": prompt_filled,
    "03 composer, more": more_open,
    "· shut": more_shut,
    "04 filters": filters,
    "05 viewer": viewer,
    "06 compare": compare,
    "· grid": grid_again,
    "07 queue": queue,
    "08 messages": messages,
    "· panes": panes_away,
    "09 settings": settings,
    "10 about": about,
    "11 key": key,
    "12 shortcuts": shortcuts,
    "13 spending": spending,
    "14 table": table,
    "15 presets": presets,
    "16 menu": form_menu,
    "17 nothing found": empty_search,
}


async def connect_empty(screens: Screens) -> None:
    await screens.hands.wait_until_connected()
    await asyncio.sleep(0.4)


EMPTY: Final[dict[str, Screen]] = {"· connect": connect_empty, "20 empty library": library}


async def welcome(screens: Screens) -> None:
    await screens.dialog()


async def behind_welcome(screens: Screens) -> None:
    await screens.close_floats()


WITHOUT_KEY: Final[dict[str, Screen]] = {"21 welcome": welcome, "22 no key": behind_welcome}


HOMES: Final[dict[str, tuple[dict[str, Screen], bool]]] = {
    "clips": (WITH_CLIPS, True),
    "empty": (EMPTY, True),
    "no key": (WITHOUT_KEY, False),
}
"""What is in the home of the app, and whether it starts on the sandbox."""


def take(look: Look, home: str, out: Path, wanted: str) -> None:
    """Take the screenshots of one look in one home."""
    screens, sandbox = HOMES[home]
    if not any(wanted in name for name in screens if not name.startswith("·")):
        return
    if screens is WITH_CLIPS:
        folders = Folders.for_user()
        fill_library(folders, CLIPS, film=(640, 360))
        _add_jobs(folders)
    _run(look, out, wanted, screens, sandbox=sandbox)


def _run(look: Look, out: Path, wanted: str, screens: dict[str, Screen], *, sandbox: bool) -> None:
    walks: list[tuple[Screens, asyncio.Task[None]]] = []

    def compose(theme: Theme, folders: Folders) -> Application:
        desktop = Application(theme, folders, sandbox=sandbox, sandbox_options=("--speed", "6"))
        walk = Screens(desktop, look, folders, out, wanted)
        walks.append((walk, asyncio.get_event_loop().create_task(walk.walk(screens))))
        return desktop

    main.run(compose)
    for walk, _task in walks:
        for sentence in walk.failed:
            sys.stdout.write(f"{look.name}: {sentence}\n")


def _clips(screens: Screens) -> list[Job]:
    return [job for job in screens.hands.jobs if job.state.name == "done"]


def _add_jobs(folders: Folders) -> None:
    """Jobs that ended without a clip, and one whose outcome is unknown."""
    prompt = "Neon alley, handheld, steam rising past the sign while a courier cycles by"
    states: tuple[JobState, ...] = (
        Failed("generation-f", "Leonardo could not make it."),
        Refused("prompt_enhance must be one of: OFF", "This model takes no prompt enhancement."),
        Blocked("generation-b", "Held back by moderation."),
        Unknown(6, needs_user=True),
    )
    with closing(open_database(folders.database)) as connection:
        store = JobStore(connection)
        for number, state in enumerate(states):
            draft = replace(Draft(), prompt=f"{prompt}, take {number + 1}")
            at = time.time() - 600 - 60 * number
            job = Job(f"{900 + number:032x}", "sandbox", "default", "window", str(folders.clips), draft, at, state)
            store.add(
                replace(job, sent_at=at, ended_at=at + 90, cost=Cost(Decimal("0.755"), "DOLLARS")), "somebody else"
            )
