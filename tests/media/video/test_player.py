import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.player import Playback
from tests.media.video_fixtures import number_in, write_video

FRAME = 1 / 24


class Painter:
    """Stands in for the window: paints what is due, by a clock that the test sets."""

    def __init__(self, video: Path, *, loop: bool = True) -> None:
        self.notified = threading.Semaphore(0)
        self.moment = threading.Event()
        self.playback = Playback(video, self.notified.release, loop=loop)

    def sought(self) -> int:
        assert self.notified.acquire(timeout=10)
        return self.number_at(0.0)

    def number_at(self, now: float) -> int:
        number, picture = self.shown(lambda: self.playback.due(now))
        assert number_in(picture) == number
        return number

    def shown(self, due: Callable[[], tuple[int, PixelBuffer] | None]) -> tuple[int, PixelBuffer]:
        limit = time.monotonic() + 10
        while (shown := due()) is None:
            assert time.monotonic() < limit, "nothing came"
            self.moment.wait(0.001)
        return shown


@pytest.fixture
def painter(tmp_path: Path) -> Iterator[Painter]:
    painter = Painter(write_video(tmp_path / "clip.mp4"))
    yield painter
    painter.playback.close()
    assert not any(thread.name.startswith("decode") for thread in threading.enumerate())


def test_an_opened_video_shows_its_first_frame_and_waits(painter: Painter) -> None:
    assert painter.sought() == 0
    playback = painter.playback
    assert (playback.count, playback.fps, playback.size, playback.seconds) == (24, 24.0, (64, 48), 1.0)
    assert playback.due(5.0) is None
    assert not playback.is_playing


def test_each_frame_comes_when_it_is_due_and_the_video_loops(painter: Painter) -> None:
    painter.sought()
    painter.playback.play()
    assert [painter.number_at(10 + n * FRAME + 0.001) for n in range(60)] == [(n + 1) % 24 for n in range(60)]
    assert painter.playback.frames_skipped == 0


def test_no_frame_comes_before_it_is_due(painter: Painter) -> None:
    painter.sought()
    painter.playback.play()
    assert painter.number_at(10) == 1
    assert painter.playback.due(10 + FRAME / 2) is None
    assert painter.number_at(10 + FRAME) == 2


def test_a_late_painter_gets_the_current_frame(painter: Painter) -> None:
    painter.sought()
    painter.playback.play()
    assert painter.number_at(10) == 1
    assert painter.number_at(10 + FRAME) == 2
    shown = painter.number_at(10 + 3 * FRAME + 0.001)
    assert shown == 3 + painter.playback.frames_skipped


def test_pausing_stays_on_the_frame_and_continuing_skips_none(painter: Painter) -> None:
    painter.sought()
    painter.playback.play()
    assert painter.number_at(10) == 1
    painter.playback.pause()
    assert painter.playback.due(11) is None
    painter.playback.play()
    assert painter.number_at(20) == 2
    assert painter.playback.frames_skipped == 0


@pytest.mark.parametrize(("speed", "shown", "part"), [(1.0, 23, (0, 23)), (1.0, 9, (12, 20)), (-1.0, 3, (12, 20))])
def test_pausing_before_a_leap_is_shown_stays_on_the_frame(
    painter: Painter, speed: float, shown: int, part: tuple[int, int]
) -> None:
    painter.sought()
    playback = painter.playback
    for change in (lambda: playback.set_loop(False), lambda: playback.set_range(*part), lambda: playback.seek(shown)):
        change()
        painter.sought()
    playback.play(speed=speed)
    playback.set_area(32, 32)  # the area changes in the meantime
    playback.pause()
    assert painter.number_at(0.0) == shown
    playback.play(speed=speed)
    assert painter.number_at(10) == (part[0] if speed > 0 else part[1])
    playback.pause()
    assert playback.due(20) is None


def test_seeking_shows_exactly_that_frame(painter: Painter) -> None:
    painter.sought()
    for wanted in (17, 3, 23, 22, 0, 5):
        painter.playback.seek(wanted)
        assert painter.sought() == wanted
        assert painter.playback.position == wanted


def test_seeking_past_the_ends_stops_there(painter: Painter) -> None:
    painter.sought()
    painter.playback.seek(500)
    assert painter.sought() == 23
    painter.playback.seek(-7)
    assert painter.sought() == 0


def test_the_last_of_many_seeks_counts(painter: Painter) -> None:
    painter.sought()
    for wanted in (*range(1, 24), 9):
        painter.playback.seek(wanted)
    assert painter.shown(lambda: _only(painter.playback.due(0.0), 9))[0] == 9


def test_playing_continues_from_a_sought_frame(painter: Painter) -> None:
    painter.sought()
    painter.playback.seek(12)
    painter.playback.play()
    assert [painter.number_at(n * FRAME + 0.001) for n in range(3)] == [12, 13, 14]


def test_playing_backwards_and_twice_as_fast(painter: Painter) -> None:
    painter.sought()
    painter.playback.play(2, speed=-1)
    assert [painter.number_at(n * FRAME + 0.001) for n in range(5)] == [2, 1, 0, 23, 22]
    painter.playback.play(4, speed=2)
    assert [painter.number_at(50 + n * FRAME / 2 + 0.001) for n in range(3)] == [4, 5, 6]


def test_only_the_range_is_played_in_a_loop(painter: Painter) -> None:
    painter.sought()
    painter.playback.set_range(5, 8)
    painter.sought()
    painter.playback.play()
    shown = [painter.number_at(10 + n * FRAME + 0.001) for n in range(9)]
    assert shown == [5, 6, 7, 8, 5, 6, 7, 8, 5]
    painter.playback.play(6, speed=-1)
    assert [painter.number_at(50 + n * FRAME + 0.001) for n in range(4)] == [6, 5, 8, 7]
    assert painter.playback.frames_skipped == 0


def test_a_frame_outside_the_range_can_be_sought(painter: Painter) -> None:
    painter.sought()
    painter.playback.set_range(5, 8)
    painter.sought()
    painter.playback.seek(20)
    assert painter.sought() == 20
    painter.playback.play()
    assert [painter.number_at(10 + n * FRAME + 0.001) for n in range(2)] == [5, 6]


def test_without_looping_the_range_ends_at_its_end(painter: Painter) -> None:
    painter.sought()
    painter.playback.set_loop(False)
    painter.sought()
    painter.playback.set_range(5, 6)
    painter.sought()
    painter.playback.play(5)
    assert [painter.number_at(10 + n * FRAME + 0.001) for n in range(2)] == [5, 6]
    assert not painter.playback.is_playing


def test_a_sound_track_is_detected(tmp_path: Path, painter: Painter) -> None:
    painter.sought()
    assert not painter.playback.has_sound
    loud = Painter(write_video(tmp_path / "loud.mp4", sound=True))
    loud.sought()
    assert loud.playback.has_sound
    loud.playback.close()


def test_a_new_size_shows_the_same_frame(painter: Painter) -> None:
    painter.sought()
    painter.playback.seek(7)
    painter.sought()
    painter.playback.set_area(32, 32)
    assert painter.notified.acquire(timeout=10)
    number, picture = painter.shown(lambda: painter.playback.due(0.0))
    assert (number, picture.width, picture.height) == (7, 32, 24)


def test_without_looping_the_video_pauses_at_its_end(tmp_path: Path) -> None:
    painter = Painter(write_video(tmp_path / "clip.mp4", frames=3), loop=False)
    painter.sought()
    painter.playback.play()
    assert [painter.number_at(n * FRAME + 0.001) for n in range(2)] == [1, 2]
    assert not painter.playback.is_playing
    painter.playback.play()
    assert painter.number_at(0) == 0
    painter.playback.close()


def test_a_video_of_one_frame_plays(tmp_path: Path) -> None:
    painter = Painter(write_video(tmp_path / "clip.mp4", frames=1))
    assert painter.sought() == 0
    painter.playback.play()
    assert painter.number_at(1) == 0
    painter.playback.close()


def test_an_unplayable_video_says_why(tmp_path: Path) -> None:
    page = tmp_path / "clip.mp4"
    page.write_text("<html>Sign in</html>")
    told = threading.Event()
    playback = Playback(page, told.set)
    assert told.wait(10)
    assert "web page" in playback.problem
    playback.play()
    playback.seek(3)
    assert playback.due(0.0) is None
    playback.close()


def test_closing_ends_at_once(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=200, key_every=250)
    for wanted in (0, 199):
        playback = Playback(video, lambda: None)
        playback.seek(wanted)
        playback.play()
        started = time.monotonic()
        playback.close()
        playback.close()
        assert time.monotonic() - started < 1
    assert not any(thread.name.startswith("decode") for thread in threading.enumerate())


def _only(shown: tuple[int, PixelBuffer] | None, number: int) -> tuple[int, PixelBuffer] | None:
    return shown if shown and shown[0] == number else None
