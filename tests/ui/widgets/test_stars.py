"""Stars, given by clicks and keys."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import StarRating


@pytest.fixture
def stars(theme: Theme, in_window: Callable[..., QWidget]) -> StarRating:
    made = StarRating(theme)
    in_window(made)
    made.setFocus()
    return made


def test_a_click_sets_the_rating_and_a_second_clears_it(stars: StarRating, qtbot: QtBot) -> None:
    fourth = QPoint(70, 12)
    with qtbot.waitSignal(stars.rated) as rated:
        qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=fourth)
    assert rated.args == [4]
    assert stars.rating == 0  # what is shown comes from the library
    stars.show_rating(4)
    assert stars.accessibleName() == "Rating: 4 of 5 stars"
    with qtbot.waitSignal(stars.rated) as rated:
        qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=fourth)
    assert rated.args == [0]


@pytest.mark.parametrize(
    ("key", "stars_then"),
    [(Qt.Key.Key_Right, 3), (Qt.Key.Key_Left, 1), (Qt.Key.Key_5, 5), (Qt.Key.Key_0, 0)],
)
def test_keys_set_the_rating(stars: StarRating, qtbot: QtBot, key: Qt.Key, stars_then: int) -> None:
    stars.show_rating(2)
    with qtbot.waitSignal(stars.rated) as rated:
        qtbot.keyClick(stars, key)
    assert rated.args == [stars_then]
