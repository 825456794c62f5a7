"""The look, applied, and nothing left behind."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.theme import Theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every window of the offscreen platform says so; it is about window managers, of which there is none."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(
                pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)
            )


@pytest.fixture(autouse=True)
def _no_window_is_left(qapp: QApplication) -> Iterator[None]:
    before = set(QApplication.topLevelWidgets())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [window for window in QApplication.topLevelWidgets() if window not in before]
    # Qt keeps its one tooltip for the next time.
    left = [window for window in left if not window.inherits("QTipLabel")]
    assert not left, f"windows left behind: {left}"


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left_on_the_clipboard(qapp: QApplication) -> Iterator[None]:
    """Data that a test made itself would outlive Python there, and end the run with a segmentation fault."""
    yield
    qapp.clipboard().clear()


@pytest.fixture(scope="session")
def _applied_theme(qapp: QApplication) -> Theme:
    # The journeys make one too, and an application has but one.
    return qapp.findChild(Theme) or Theme(qapp, "dark")


@pytest.fixture
def theme(_applied_theme: Theme) -> Theme:
    """The theme of the running application, dark at the start of each test."""
    _applied_theme.force("dark")
    return _applied_theme


@pytest.fixture
def posters(theme: Theme) -> Iterator[PosterCache]:
    made = PosterCache(theme.tokens)
    yield made
    made.close()


@pytest.fixture
def around(qtbot: QtBot) -> QWidget:
    """The window that a dialog or a menu belongs to."""
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def in_window(qtbot: QtBot, theme: Theme) -> Callable[..., QWidget]:
    """Puts widgets below each other into an active window, so that keys and focus work as they do for people."""

    kept: list[QWidget] = []

    def show(*widgets: QWidget, width: int = 400) -> QWidget:
        window = QWidget()
        column = QVBoxLayout(window)
        column.setContentsMargins(16, 16, 16, 16)
        for widget in widgets:
            column.addWidget(widget)
        window.resize(width, 300)
        qtbot.addWidget(window)
        kept.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitExposed(window)
        QApplication.processEvents()
        return window

    return show
