"""The window fits its screen, and what a user can't do without is always in sight."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kling_desktop.controllers.shell import AppShell
from kling_desktop.store.folders import Folders
from kling_desktop.ui.shell.layout import Layout
from kling_desktop.ui.shell.screen_fit import LEAST, fitted
from kling_desktop.ui.theme import Theme

FRAME = QMargins(1, 22, 1, 5)


@pytest.mark.parametrize(
    ("place", "room", "expected"),
    [
        (QRect(0, 0, 1440, 900), QRect(0, 0, 1440, 900), QRect(1, 22, 1438, 873)),
        (QRect(0, 0, 1440, 900), QRect(0, 0, 960, 540), QRect(1, 22, 958, 513)),
        (QRect(40, 60, 1200, 700), QRect(0, 0, 1920, 1080), QRect(40, 60, 1200, 700)),
        (QRect(1800, 900, 1200, 700), QRect(0, 0, 1920, 1080), QRect(719, 375, 1200, 700)),
        (QRect(-500, -90, 1000, 600), QRect(0, 32, 1366, 736), QRect(1, 54, 1000, 600)),
        (QRect(100, 100, 1000, 600), QRect(1920, 0, 1280, 720), QRect(1921, 100, 1000, 600)),
    ],
)
def test_window_and_frame_lie_within_the_free_area(place: QRect, room: QRect, expected: QRect) -> None:
    assert fitted(place, FRAME, room) == expected
    assert room.contains(expected.marginsAdded(FRAME))


@pytest.mark.parametrize("size", [LEAST, QSize(900, 512), QSize(956, 494), QSize(1020, 594)])
@pytest.mark.parametrize("hidden", [(), ("below",)])
def test_generate_and_the_status_bar_are_in_sight_on_small_screens(
    qtbot: QtBot, theme: Theme, tmp_path: Path, size: QSize, hidden: tuple[str, ...]
) -> None:
    shell = AppShell(theme, Folders.under(tmp_path))
    window = shell.window
    window.restore_layout(Layout(hidden=hidden, heights=(400, 500)))
    window.resize(size)
    window.show()
    QApplication.processEvents()
    assert window.size() == size
    generate = window.composer.generate_bar.button
    for part in (generate, window.status, window.top):
        assert window.rect().contains(QRect(part.mapTo(window, QPoint()), part.size())), part
    assert generate.height() >= generate.sizeHint().height()
    shell.close()
    window.deleteLater()
