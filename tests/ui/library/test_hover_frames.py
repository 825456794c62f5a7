"""The frames along a clip, and how much of them is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kling_desktop.ui.library.cards.hover_frames import NUMBER, HoverFrames
from kling_desktop.ui.theme import Theme
from tests.media.video_fixtures import write_video

SIZE = QSize(120, 80)
ROOM_FOR_ONE = NUMBER * SIZE.width() * SIZE.height() * 4


@pytest.fixture
def scrubs(theme: Theme) -> Iterator[HoverFrames]:
    made = HoverFrames(theme.tokens, budget=ROOM_FOR_ONE + ROOM_FOR_ONE // 2)
    made.fit(SIZE, 1.0)
    yield made
    made.close()


def different(scrubs: HoverFrames, path: Path) -> int:
    """How many frames of it there are, each of them another picture."""
    frames = [scrubs.frame(str(path), (nth + 0.5) / NUMBER) for nth in range(NUMBER)]
    return len({bytes(frame.constBits()) for frame in frames if frame is not None})


def test_hover_frames_are_kept_within_their_budget(scrubs: HoverFrames, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = (write_video(tmp_path / f"{name}.mp4", frames=40, size=(320, 180)) for name in ("first", "second"))
    scrubs.load(str(first))
    qtbot.waitUntil(lambda: different(scrubs, first) == NUMBER)
    scrubs.load(str(second))
    qtbot.waitUntil(lambda: different(scrubs, second) == NUMBER)
    assert scrubs.frame(str(first), 0.5) is None
    scrubs.load("")
    assert different(scrubs, second) == NUMBER
