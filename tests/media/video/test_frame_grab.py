"""The frame you see is the one you get."""

from fractions import Fraction
from pathlib import Path
from random import Random
from threading import Event

import pytest
from PIL import Image, ImageChops, ImageStat

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.frame_grab import grab_frame, grab_last_frame
from kling_desktop.media.video.player import Playback
from kling_desktop.sandbox.film import write_film as write_sandbox_film
from kling_desktop.sandbox.painting import painted
from kling_desktop.sandbox.scene import Scene
from tests.media.video_fixtures import BITS, write_video
from tests.support.frame_marks import read_mark


def shown(picture: PixelBuffer) -> Image.Image:
    return Image.frombuffer(
        "RGB", (picture.width, picture.height), bytes(picture.data), "raw", "BGRX", picture.stride, 1
    )


def as_stored(picture: Image.Image, options: dict[str, object]) -> Image.Image:
    """Rotated back to the orientation in its video."""
    turns = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180}
    turn = turns.get(int(str(options.get("rotation", 0))))
    return picture if turn is None else picture.transpose(turn)


def number_on(picture: Image.Image) -> int:
    grey = picture.convert("L")
    width, row = grey.width, grey.height * 2 // 3
    number = 0
    for bit in range(BITS):
        number = number * 2 + (grey.crop((width * (2 * bit + 1) // (2 * BITS), row, width, row + 1)).tobytes()[0] > 127)
    return number


FILMS = {
    "with frames stored out of order": {"options": {"bf": "3", "b_strategy": "0"}},
    "of an odd size": {"size": (401, 303), "pixels": "yuv444p"},
    "at 23.976": {"rate": Fraction(24000, 1001)},
    "of a varying rate": {"times": [n * 40 + (n % 3) * 7 for n in range(120)]},
    "turned by 90 degrees": {"rotation": 90},
    "turned upside down": {"rotation": 180},
    "with a sound track": {"sound": True},
    "with a single key frame": {"key_every": 250},
}


@pytest.mark.parametrize("options", FILMS.values(), ids=FILMS)
def test_grabbed_frames_equal_the_frames_shown(tmp_path: Path, options: dict[str, object]) -> None:
    video = write_video(tmp_path / "video.mp4", frames=120, **{"size": (400, 300), **options})  # type: ignore[arg-type]
    random = Random(1)
    with Decoder(video) as decoder:
        for wanted in (0, 119, *random.sample(range(120), 100)):
            assert number_on(as_stored(shown(decoder.frame(wanted).to_pixel_buffer()), options)) == wanted
        for wanted in (0, 119, *random.sample(range(120), 6)):
            seen = decoder.frame(wanted).to_pixel_buffer((320, 240))
            with Image.open(grab_frame(video, wanted, tmp_path / "kept").path) as kept:
                assert number_on(as_stored(kept, options)) == wanted
                small = kept.convert("RGB").resize((seen.width, seen.height), Image.Resampling.BOX)
            off = ImageStat.Stat(ImageChops.difference(small, shown(seen))).mean
            assert max(off) < 4, "another picture than the one on the screen"


def test_the_frame_shown_while_paused_is_grabbed(tmp_path: Path) -> None:
    video = tmp_path / "sandbox.mp4"
    write_sandbox_film(video, (640, 360), painted(Scene((640, 360), 120, "A fox", "Text")))
    came = Event()
    playback = Playback(video, came.set, (640, 360))
    random = Random(2)
    try:
        for nth, wanted in enumerate((0, 119, *random.sample(range(120), 100))):
            assert came.wait(20)
            if nth:
                came.clear()
                playback.seek(wanted)
                assert came.wait(20)
            due = playback.due(0.0)
            assert due is not None
            assert (due[0], read_mark(shown(due[1]))) == (wanted, wanted)
            if nth % 10 == 0 or wanted == 119:
                with Image.open(grab_frame(video, due[0], tmp_path / "kept").path) as taken:
                    assert read_mark(taken) == wanted
    finally:
        playback.close()


def test_the_last_frame_is_found_without_counting(tmp_path: Path) -> None:
    video = write_video(tmp_path / "A fox.mp4", frames=37, size=(400, 300))
    taken, number = grab_last_frame(video, tmp_path / "kept")
    with Image.open(taken.path) as picture:
        assert number_on(picture) == number == 36
    assert taken.name == "A fox, frame 37.png"


def test_a_file_that_is_no_video_is_explained(tmp_path: Path) -> None:
    (tmp_path / "page.mp4").write_text("<html>")
    with pytest.raises(BadMedia):
        grab_frame(tmp_path / "page.mp4", 0, tmp_path / "kept")
