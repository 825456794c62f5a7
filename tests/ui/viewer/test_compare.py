"""Takes side by side, with real MP4s."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.compare import CompareView
from kling_desktop.ui.viewer.player.frame_view import FrameView
from tests.media.video_fixtures import write_video

Opened = Callable[[int], CompareView]
COLOURS = ((200, 40, 40), (40, 200, 40), (40, 40, 200), (200, 200, 40))


@pytest.fixture
def compare(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    opened: list[CompareView] = []

    def compare(count: int) -> CompareView:
        takes = []
        for nth in range(count):
            film = write_video(tmp_path / f"{nth}.mp4", frames=30, size=(320, 180), color=COLOURS[nth])
            done = job_states.Done("g", "i", str(film))
            takes.append(Job(f"j{nth}", "s", "p", "window", "", Draft(prompt="A fox"), 0.0, done, seed=nth))
        made = CompareView(theme, takes)
        opened.append(made)
        qtbot.addWidget(made)
        made.resize(1000, 600)
        made.show()
        made.activateWindow()
        qtbot.waitExposed(made)
        qtbot.waitUntil(lambda: made.stage.number > 1)
        qtbot.keyClick(made, Qt.Key.Key_Home)
        qtbot.waitUntil(lambda: made.stage.number == 0 and not made.stage.playing)
        return made

    yield compare
    for one in opened:
        one.shut()
    qtbot.waitUntil(lambda: not any(t.name.split()[0] in ("decode", "thumbs", "shut") for t in threading.enumerate()))


@pytest.mark.parametrize("count", [2, 4])
def test_each_take_has_its_own_frame_view(compare: Opened, qtbot: QtBot, count: int) -> None:
    shown = compare(count)

    def colour_of(screen: FrameView) -> tuple[bool, ...]:
        image, place = screen.grab().toImage(), screen.image_area(screen.image)
        seen = image.pixelColor(place.center().x(), place.top() + place.height() // 6)  # in the coloured band
        return seen.red() > 100, seen.green() > 100, seen.blue() > 100

    wanted = [tuple(part > 100 for part in colour) for colour in COLOURS[:count]]
    qtbot.waitUntil(lambda: [colour_of(screen) for screen in shown.stage.views] == wanted)
    for _ in range(3):
        qtbot.keyClick(shown, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shown.stage.number == 3)


def test_the_side_panel_shows_what_differs(compare: Opened) -> None:
    words = [label.text() for label in compare(2).findChildren(QLabel)]
    assert words[words.index("Seed") :] == ["Seed", "1", "0", "2", "1"]
    assert [screen.mark for screen in compare(2).stage.views] == ["1", "2"]


def test_w_wipes_one_take_over_the_other(compare: Opened, qtbot: QtBot) -> None:
    shown = compare(2)
    qtbot.keyClick(shown, Qt.Key.Key_W)
    wipe = shown.stage.wipe
    assert wipe.isVisible()
    qtbot.waitUntil(lambda: shown.stage.wipe.shape > 1)

    def red_at(share: float) -> bool:
        image = wipe.grab().toImage()
        place = wipe.image_area(wipe.image)
        at = QPoint(place.left() + round(place.width() * share), place.top() + place.height() // 6)
        return image.pixelColor(at).red() > image.pixelColor(at).green()

    qtbot.waitUntil(lambda: red_at(0.25) and not red_at(0.75))
    x = wipe.image_area(wipe.image).left() + round(wipe.image_area(wipe.image).width() * 0.9)
    qtbot.mousePress(wipe, Qt.MouseButton.LeftButton, pos=QPoint(x, wipe.height() // 2))
    qtbot.waitUntil(lambda: red_at(0.75))
    qtbot.keyClick(shown, Qt.Key.Key_W)
    assert not wipe.isVisible()


def test_a_take_whose_file_is_gone_says_so_and_escape_leads_back(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    film = write_video(tmp_path / "a.mp4")
    takes = [
        Job("j", "s", "p", "window", "", Draft(), 0.0, job_states.Done("g", "i", str(path)))
        for path in (film, tmp_path / "gone.mp4")
    ]
    shown = CompareView(theme, [takes[0], replace(takes[1], id="k")])
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: "gone.mp4" in shown.stage.views[1].problem)
    with qtbot.waitSignal(shown.close_requested):
        qtbot.keyClick(shown, Qt.Key.Key_Escape)
    shown.shut()
    qtbot.waitUntil(lambda: not any(t.name.split()[0] in ("decode", "thumbs", "shut") for t in threading.enumerate()))
