"""Movement: short, and none where the system asks for that."""

import pytest
from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.theme import Motion
from kling_desktop.ui.theme.motion import LONGEST


@pytest.fixture
def widget(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_nothing_moves_before_it_is_known_to_be_wanted(widget: QWidget) -> None:
    seen: list[object] = []
    Motion().run(widget, seen.append, done=lambda: seen.append("done"))
    assert seen == [1.0, "done"]


def test_a_movement_is_short_and_ends_at_its_place(widget: QWidget, qtbot: QtBot) -> None:
    motion, seen, done = Motion(), list[float](), list[int]()
    motion.show_movement(True)
    clock = QElapsedTimer()
    clock.start()
    motion.run(widget, seen.append, 5_000, done=lambda: done.append(clock.elapsed()))
    qtbot.waitUntil(lambda: bool(done))
    assert done[0] < 5 * LONGEST  # however slow the machine
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_it_breathes_while_it_is_seen(widget: QWidget, qtbot: QtBot) -> None:
    motion, seen = Motion(), list[float]()
    motion.show_movement(True)
    breath = motion.breathe(widget, seen.append, 400)
    qtbot.waitUntil(lambda: len(set(seen)) > 2)
    assert all(0 <= level <= 1 for level in seen)
    breath.stop()
    assert seen[-1] == 1
