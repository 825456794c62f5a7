"""What you see is what you take."""

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageChops, ImageStat

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.frames import Decoder
from kling_desktop.media.grabbing import grab_frame, grab_last
from tests.media.films import BITS, number_in, write_film


def number_on(path: Path) -> int:
    with Image.open(path) as image:
        grey = image.convert("L")
        width, row = grey.width, grey.height * 2 // 3
        number = 0
        for bit in range(BITS):
            number = number * 2 + (
                grey.crop((width * (2 * bit + 1) // (2 * BITS), row, width, row + 1)).tobytes()[0] > 127
            )
        return number


FILMS = {
    "with frames stored out of order": {"options": {"bf": "3", "b_strategy": "0"}},
    "of an odd size": {"size": (426, 302)},
    "at 23.976": {"rate": Fraction(24000, 1001)},
    "of a varying rate": {"times": [n * 40 + (n % 3) * 7 for n in range(120)]},
    "turned by 90 degrees": {"rotation": 180},
    "with a sound track": {"sound": True},
    "with a single key frame": {"key_every": 250},
}


@pytest.mark.parametrize("options", FILMS.values(), ids=FILMS)
def test_the_frame_taken_is_the_frame_seen(tmp_path: Path, options: dict[str, object]) -> None:
    film = write_film(tmp_path / "film.mp4", frames=120, **{"size": (400, 300), **options})  # type: ignore[arg-type]
    with Decoder(film) as decoder:
        for wanted in (0, 119, *Random(1).sample(range(120), 6)):
            seen = decoder.frame(wanted).picture((320, 240))
            taken = grab_frame(film, wanted, tmp_path / "kept")
            if not options.get("rotation"):
                assert number_in(seen) == wanted
                assert number_on(taken.path) == wanted
            with Image.open(taken.path) as kept:
                small = kept.convert("RGB").resize((seen.width, seen.height), Image.Resampling.BOX)
            shown = Image.frombuffer("RGB", small.size, bytes(seen.data), "raw", "BGRX", seen.stride, 1)
            off = ImageStat.Stat(ImageChops.difference(small, shown)).mean
            assert max(off) < 4, "another picture than the one on the screen"


def test_a_hundred_random_frames_are_exact(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", frames=240, size=(400, 300), options={"bf": "3"})
    for wanted in Random(2).sample(range(240), 100):
        assert number_on(grab_frame(film, wanted, tmp_path / "kept").path) == wanted


def test_the_last_frame_is_found_without_counting(tmp_path: Path) -> None:
    film = write_film(tmp_path / "A fox.mp4", frames=37, size=(400, 300))
    taken, number = grab_last(film, tmp_path / "kept")
    assert number_on(taken.path) == number == 36
    assert taken.name == "A fox, frame 37.png"


def test_what_is_no_film_says_so(tmp_path: Path) -> None:
    (tmp_path / "page.mp4").write_text("<html>")
    with pytest.raises(BadMedia):
        grab_frame(tmp_path / "page.mp4", 0, tmp_path / "kept")
