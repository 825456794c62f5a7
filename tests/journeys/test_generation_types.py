"""Each of the five ways to a clip, once with the mouse alone and once from the keyboard alone."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import av
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.composer.type_switch import TypeSwitch
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.tour_pictures import paint_tour_pictures
from tests.journeys.ui_driver import call_in_qt, file_mime, wait_until
from tests.support.frame_marks import read_mark
from tests.support.places import REFERENCES

SIZE = (1920, 1080)
LOOKED_AT = 8
MENTIONS = "@image1 walks beside @image2 "


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Three pictures of the user's; the app holds a Generate back for a blink alone."""
    settings = tmp_path / "home" / "config" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"hold_seconds": 0.1}')
    return paint_tour_pictures(tmp_path / "brought")


async def ordered(app: AppDriver, count: int, prompt: str, guidances: Sequence[str]) -> None:
    """The latest clip is on disk, whole, and was made of what was asked."""
    await wait_until(lambda: len(app.jobs) == count, f"Job {count}")
    done = (await app.wait_for_state(Done)).state
    assert isinstance(done, Done)
    assert shows_what_it_should(Path(done.file))
    parameters = app.accepted_requests()[-1]["parameters"]
    assert parameters["prompt"].strip() == prompt.strip()
    assert sorted(_counted(parameters.get("guidances", {}))) == sorted(guidances)


def _counted(guidances: dict[str, list[Any]]) -> list[str]:
    return [key for key, items in guidances.items() for _ in items]


def shows_what_it_should(clip: Path) -> bool:
    """Whether the clip has the size and length that were asked for, and begins with the frames that were drawn."""
    with av.open(clip) as container:
        video = container.streams.video[0]
        frames = list(islice(container.decode(video), LOOKED_AT))
        marks = [read_mark(frame.to_image()) for frame in frames]  # type: ignore[no-untyped-call]
        return (video.width, video.height, video.frames, marks) == (*SIZE, 5 * 24, list(range(LOOKED_AT)))


async def choose(app: AppDriver, widget: QWidget, name: str, x: int = 30) -> None:
    """Out of the menu under the right button, with the mouse."""
    await call_in_qt(
        lambda: QTest.mouseClick(
            app.window.windowHandle(),
            Qt.MouseButton.RightButton,
            Qt.KeyboardModifier.NoModifier,
            widget.mapTo(app.window, QPoint(x, 20)),
        )
    )
    await wait_until(QApplication.activePopupWidget, "The menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text().replace("&", "").split("\t")[0] == name)
    await call_in_qt(
        lambda: QTest.mouseClick(
            menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, menu.actionGeometry(action).center()
        )
    )


async def paste_prompt(app: AppDriver, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    if app.prompt.text():
        await choose(app, app.prompt.viewport(), "Select All", x=120)  # aside, or it were a double click
    await choose(app, app.prompt.viewport(), "Paste")
    assert app.prompt.text() == text


async def drop(app: AppDriver, place: Place, picture: Path) -> None:
    await app.drop(app.box(place), file_mime(picture))
    await wait_until(
        lambda: app.application.composer.draft.media(place.slot)[place.at :], f"The picture in {place.name}"
    )


@pytest.mark.qt_log_ignore("grabbing the (keyboard|mouse)", extend=True)
async def test_each_generation_type_with_the_mouse_only(open_app: OpenApp, pictures: tuple[Path, Path, Path]) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        await paste_prompt(app, "A kite over the sea")
        await app.click(app.generate)
        await ordered(app, 1, "A kite over the sea", [])

        await drop(app, START, pictures[0])
        await app.click(app.generate)
        await ordered(app, 2, "A kite over the sea", ["start_frame"])

        await drop(app, END, pictures[1])
        await paste_prompt(app, "Day turns into night")
        await app.click(app.generate)
        await ordered(app, 3, "Day turns into night", ["start_frame", "end_frame"])

        await app.click(app.cell("References"))
        await drop(app, REFERENCES[0], pictures[0])
        await drop(app, REFERENCES[1], pictures[2])
        await paste_prompt(app, MENTIONS)
        await app.click(app.generate)
        await ordered(app, 4, MENTIONS, ["image_reference", "image_reference"])

        await app.drop(app.box(VIDEO), await app.drag_off(app.grid.viewport(), app.card()))
        await app.click(app.generate)
        edit = ["image_reference", "image_reference", "video_reference_base"]
        await ordered(app, 5, MENTIONS, edit)


async def go_to(app: AppDriver, widget: QWidget, keys: str = "Shift+Tab") -> None:
    """From field to field."""
    for _ in range(60):
        if widget.hasFocus():
            return
        await app.press(keys)
    raise AssertionError(f"The keyboard never comes to “{widget.accessibleName()}”.")


async def paste_picture(app: AppDriver, place: Place, picture: Path) -> None:
    await call_in_qt(lambda: QGuiApplication.clipboard().setMimeData(file_mime(picture)))
    await go_to(app, app.box(place))
    await app.press("Ctrl+V")
    await wait_until(
        lambda: app.application.composer.draft.media(place.slot)[place.at :], f"The picture in {place.name}"
    )


async def test_each_generation_type_with_the_keyboard_only(
    open_app: OpenApp, pictures: tuple[Path, Path, Path]
) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        await app.type("A kite over the sea")
        await app.press("Ctrl+Return")
        await ordered(app, 1, "A kite over the sea", [])

        await paste_picture(app, START, pictures[0])
        await app.press("Ctrl+Return")
        await ordered(app, 2, "A kite over the sea", ["start_frame"])

        await paste_picture(app, END, pictures[1])
        await app.press("Ctrl+Return")
        await ordered(app, 3, "A kite over the sea", ["start_frame", "end_frame"])

        await go_to(app, app.find(TypeSwitch))
        await app.press("Right")
        await paste_picture(app, REFERENCES[0], pictures[0])
        await paste_picture(app, REFERENCES[1], pictures[2])
        await go_to(app, app.prompt, "Tab")
        await app.press("Ctrl+A")
        await app.type("@")
        await app.press("Return")
        await app.type("walks beside @")
        await app.press("Down")
        await app.press("Return")
        await app.press("Ctrl+Return")
        await ordered(app, 4, MENTIONS, ["image_reference", "image_reference"])

        await go_to(app, app.box(VIDEO))
        await app.press("Return")
        await app.press("Return")
        await wait_until(lambda: app.application.composer.draft.video_reference_base, "The clip to edit")
        await app.press("Ctrl+Return")
        await ordered(app, 5, MENTIONS, ["image_reference", "image_reference", "video_reference_base"])
