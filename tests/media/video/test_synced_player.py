"""Takes side by side, by one clock."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from kling_desktop.media.video.synced_player import SyncedPlayer
from tests.media.video_fixtures import number_in, write_video


class Painter:
    """Paints what is due by a clock that the test sets, and checks that all show the same frame."""

    def __init__(self, videos: Sequence[Path]) -> None:
        self.synced = SyncedPlayer(videos, lambda: None)
        self.shown = [-1] * len(videos)
        self.moment = threading.Event()
        self.now = 0.0
        self.until(lambda: all(number == 0 for number in self.shown))

    def paint(self, later: float = 0.01) -> None:
        self.now += later
        for nth, number, picture in self.synced.due(self.now):
            assert number_in(picture) == number
            self.shown[nth] = number
        assert len(set(self.shown)) == 1, f"{self.shown} at the same moment"

    def until(self, there: Callable[[], bool]) -> None:
        limit = time.monotonic() + 10
        while not there():
            assert time.monotonic() < limit, f"nothing came: {self.shown}"
            self.paint()
            self.moment.wait(0.001)


@pytest.fixture(params=[2, 4])
def painter(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Painter]:
    videos = [write_video(tmp_path / f"take {n}.mp4", frames=24 + 3 * n, key_every=4 + n) for n in range(request.param)]
    made = Painter(videos)
    yield made
    made.synced.close()
    assert not any(thread.name.startswith("decode") for thread in threading.enumerate())


def test_all_takes_show_the_same_frame_while_they_play(painter: Painter) -> None:
    painter.synced.play()
    for n in range(60):
        painter.until(lambda n=n: painter.shown[0] == (n + 1) % 24)  # type: ignore[misc]
    assert painter.synced.frames_skipped == 0


def test_a_late_painter_skips_the_same_frames_of_all(painter: Painter) -> None:
    painter.synced.play()
    chance = Random(3)
    for _ in range(200):
        painter.paint(chance.choice((0.01, 0.01, 0.02, 0.2)))
        painter.moment.wait(0.001)


def test_all_takes_seek_to_the_same_frame(painter: Painter) -> None:
    for wanted in (17, 3, 23, 22, 0, 5):
        painter.synced.seek(wanted)
        painter.until(lambda wanted=wanted: painter.shown[0] == wanted)  # type: ignore[misc]
    painter.synced.seek(99)
    painter.until(lambda: painter.shown[0] == 23)


def test_scrubbing_never_shows_two_different_frames(painter: Painter) -> None:
    chance = Random(4)
    for _ in range(40):
        painter.synced.seek(chance.randrange(24))
        painter.paint()
    painter.synced.seek(11)
    painter.until(lambda: painter.shown[0] == 11)


def test_pausing_keeps_all_on_one_frame_and_backwards_works(painter: Painter) -> None:
    painter.synced.play()
    painter.until(lambda: painter.shown[0] == 1)
    painter.synced.pause()
    painter.paint(5.0)
    assert painter.shown[0] == 1
    painter.synced.seek(12)
    painter.until(lambda: painter.shown[0] == 12)
    painter.synced.play(-1.0)
    for number in (11, 10, 9):
        painter.until(lambda number=number: painter.shown[0] == number)  # type: ignore[misc]


@pytest.mark.parametrize("second", [{"rate": 30}, {"rate": 12}, {"times": [n * n * 7 for n in range(24)]}], ids=str)
def test_takes_of_different_rates_show_the_same_frame(tmp_path: Path, second: dict[str, object]) -> None:
    videos = [write_video(tmp_path / "first.mp4"), write_video(tmp_path / "second.mp4", **second)]  # type: ignore[arg-type]
    painter = Painter(videos)
    painter.synced.play()
    for n in range(30):
        painter.until(lambda n=n: painter.shown[0] == (n + 1) % 24)  # type: ignore[misc]
    assert painter.now == pytest.approx(30 / 24, abs=0.2), "the rate of the first"
    painter.synced.play(-2.0)
    for number in (5, 4, 3):
        painter.until(lambda number=number: painter.shown[0] == number)  # type: ignore[misc]
    painter.synced.close()


def test_an_unplayable_take_says_why(tmp_path: Path) -> None:
    (tmp_path / "page.mp4").write_text("<html>")
    told = threading.Event()
    synced = SyncedPlayer([write_video(tmp_path / "a.mp4"), tmp_path / "page.mp4"], told.set)
    limit = time.monotonic() + 10
    while not any(synced.problems):
        assert time.monotonic() < limit
        told.wait(0.01)
    assert synced.problems[0] == ""
    assert synced.due(0.0) == []
    synced.play()
    synced.close()
