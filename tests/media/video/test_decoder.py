import random
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.media.errors import BadMedia, OperationCancelled
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.probe import probe
from tests.media.video_fixtures import number_in, write_video, zero_packet

# Each video is stored out of order (B-frames), as x264 does by default.
FILMS = {
    "plain": {},
    "23.976 frames a second": {"rate": Fraction(24000, 1001)},
    "with sound": {"sound": True},
    "odd sides": {"size": (63, 47), "pixels": "yuv444p"},
    "one key frame": {"key_every": 250, "frames": 100},
    "frames before their key frame": {
        "options": {"x264-params": "open-gop=1:bframes=3:b-pyramid=normal:scenecut=0"},
        "frames": 60,
    },
    "index at the end": {"faststart": False},
    "varying rate": {"times": [0, 10, 50, 130, 140, 150, 400, 500, 510, 600, 601, 1000], "frames": 12},
}


@pytest.mark.parametrize("how", FILMS.values(), ids=FILMS)
def test_every_frame_is_decoded_in_order_and_at_random(tmp_path: Path, how: dict[str, object]) -> None:
    video = write_video(tmp_path / "clip.mp4", **how)  # type: ignore[arg-type]
    with Decoder(video) as decoder:
        assert [number_in(frame.to_pixel_buffer()) for frame in decoder.frames()] == list(range(decoder.count))
        chance = random.Random(1)
        for wanted in chance.choices(range(decoder.count), k=120):
            assert number_in(decoder.frame(wanted).to_pixel_buffer()) == wanted


def test_frames_are_decoded_without_a_cache(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=60)
    order = list(range(60)) * 2
    random.Random(2).shuffle(order)
    with Decoder(video, cache_bytes=0) as decoder:
        for wanted in order:
            assert number_in(decoder.frame(wanted).to_pixel_buffer()) == wanted


def test_frames_know_when_they_are_shown(tmp_path: Path) -> None:
    times = [0, 10, 50, 130, 140, 150, 400, 500, 510, 600, 601, 1000]
    with Decoder(write_video(tmp_path / "clip.mp4", times=times, frames=12)) as decoder:
        assert [round(decoder.time_of(n) * 1000) for n in range(decoder.count)] == times
        assert decoder.seconds == pytest.approx(1.0, abs=0.02)
    with Decoder(write_video(tmp_path / "video.mp4", rate=Fraction(24000, 1001))) as decoder:
        assert decoder.fps == Fraction(24000, 1001)
        assert decoder.time_of(23) == pytest.approx(23 * 1001 / 24000)
        assert decoder.seconds == pytest.approx(1.001)


@pytest.mark.parametrize(
    ("counterclockwise", "turn"),
    [
        (90, Image.Transpose.ROTATE_90),
        (180, Image.Transpose.ROTATE_180),
        (-90, Image.Transpose.ROTATE_270),
    ],
)
def test_a_rotated_video_is_shown_upright(tmp_path: Path, counterclockwise: int, turn: Image.Transpose) -> None:
    lying = write_video(tmp_path / "lying.mp4")
    turned = write_video(tmp_path / "turned.mp4", rotation=counterclockwise)
    with Decoder(lying) as expected, Decoder(turned) as decoder:
        upright = expected.frame(9).to_image().transpose(turn)
        assert decoder.size == upright.size == (probe(turned).width, probe(turned).height)
        assert decoder.frame(9).to_image().tobytes() == upright.tobytes()
        assert _rgb(decoder.frame(9).to_pixel_buffer()).size == upright.size
        small = decoder.frame(9).to_pixel_buffer((32, 32))
        assert max(small.width, small.height) == 32
        assert (small.width < small.height) == (upright.width < upright.height)


def test_frames_fit_the_requested_area(tmp_path: Path) -> None:
    with Decoder(write_video(tmp_path / "clip.mp4", size=(96, 64))) as decoder:
        frame = decoder.frame(5)
        for area, size in (((48, 48), (48, 32)), ((1000, 1000), (96, 64)), ((51, 7), (10, 7)), ((1, 1), (1, 1))):
            picture = frame.to_pixel_buffer(area)
            assert (picture.width, picture.height) == size
            assert picture.stride >= picture.width * 4
            assert len(picture.data) >= picture.stride * picture.height


@pytest.mark.parametrize("size", [(64, 48), (1280, 720)])
@pytest.mark.parametrize("colour", [(128, 128, 128), (220, 40, 60), (30, 90, 200)])
def test_colors_are_reproduced(tmp_path: Path, size: tuple[int, int], colour: tuple[int, int, int]) -> None:
    video = write_video(tmp_path / "clip.mp4", size=size, frames=1, color=colour)
    with Decoder(video) as decoder:
        frame = decoder.frame(0)
        for image in (
            frame.to_image(),
            _rgb(frame.to_pixel_buffer()),
            _rgb(frame.to_pixel_buffer((40, 30))),
            frame.to_image((40, 30)),
        ):
            assert image.getpixel((image.width // 2, image.height // 8)) == pytest.approx(colour, abs=4)


@pytest.mark.parametrize("width", range(601, 617))
def test_frames_of_any_width_are_complete_to_the_edge(tmp_path: Path, width: int) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=1, size=(640, 360), color=(200, 60, 120))
    with Decoder(video) as decoder:
        picture = decoder.frame(0).to_pixel_buffer((width, 360))
    assert picture.width == width
    line = picture.data[20 * picture.stride : 20 * picture.stride + 4 * width]
    for at in range(width):
        blue, green, red = line[4 * at : 4 * at + 3]
        assert abs(red - 200) < 6
        assert abs(green - 60) < 6
        assert abs(blue - 120) < 6


def test_pixels_outlive_their_decoder(tmp_path: Path) -> None:
    with Decoder(write_video(tmp_path / "clip.mp4")) as decoder:
        picture = decoder.frame(7).to_pixel_buffer()
    assert number_in(picture) == 7


def test_a_broken_frame_shows_the_one_before(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=12, key_every=1)
    zero_packet(video, 6)
    with Decoder(video) as decoder:
        assert [number_in(frame.to_pixel_buffer()) for frame in decoder.frames()] == [
            0,
            1,
            2,
            3,
            4,
            5,
            5,
            7,
            8,
            9,
            10,
            11,
        ]
        assert number_in(decoder.frame(6).to_pixel_buffer()) == 5


def test_a_request_can_be_cancelled_and_repeated(tmp_path: Path) -> None:
    unwanted = False
    with Decoder(write_video(tmp_path / "clip.mp4", frames=40, key_every=40), lambda: unwanted) as decoder:
        unwanted = True
        with pytest.raises(OperationCancelled):
            decoder.frame(30)
        unwanted = False
        assert number_in(decoder.frame(30).to_pixel_buffer()) == 30


def test_a_frame_past_the_end_is_an_error(tmp_path: Path) -> None:
    with Decoder(write_video(tmp_path / "clip.mp4")) as decoder:
        with pytest.raises(IndexError):
            decoder.frame(24)
        with pytest.raises(IndexError):
            decoder.frame(-1)


def test_a_file_that_is_no_video_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "clip.mp4"
    page.write_text("<!doctype html><title>Sign in</title>")
    with pytest.raises(BadMedia, match="web page"):
        Decoder(page)


def _rgb(picture: PixelBuffer) -> Image.Image:
    size = (picture.width, picture.height)
    return Image.frombytes("RGB", size, bytes(picture.data), "raw", "BGRX", picture.stride, 1)
