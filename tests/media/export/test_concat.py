"""Joined clips: every frame in its place, and unchanged where possible."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from kling_desktop.media.errors import BadMedia, OperationCancelled
from kling_desktop.media.export.concat import ConcatResult, ConcatTags, concat
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata
from kling_desktop.media.metadata.xmp import read_xmp
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.probe import clip_problem, probe
from tests.media.video_fixtures import number_in, write_video

CUT = Path(__file__).parents[1] / "data" / "cut_at_the_start.mp4"
"""Frames 5 to 23 of 24, trimmed by a phone or an editor without encoding: the first five are there, but hidden."""


def numbers(video: Path) -> list[int]:
    with Decoder(video) as decoder:
        return [number_in(frame.to_pixel_buffer()) for frame in decoder.frames()]


def packets(video: Path) -> list[bytes]:
    with av.open(str(video)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_clips_of_the_same_format_are_joined_losslessly(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / f"{n}.mp4", frames=n, color=(n, 90, 200)) for n in (24, 9, 13)]
    joined = tmp_path / "joined.mp4"
    assert concat(videos, joined) == ConcatResult(is_lossless=True, has_dropped_sound=False)
    assert packets(joined) == [packet for video in videos for packet in packets(video)]
    assert numbers(joined) == [*range(24), *range(9), *range(13)]
    facts = probe(joined)
    assert (facts.frames, float(facts.fps), round(facts.seconds * 24)) == (46, 24, 46)
    assert joined.read_bytes().index(b"moov") < joined.read_bytes().index(b"mdat")
    with Decoder(joined) as decoder:
        assert [round(decoder.time_of(n) * 24) for n in range(46)] == list(range(46))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["13.mp4", "24.mp4", "9.mp4", "joined.mp4"]


@pytest.mark.parametrize("times", [[0, 10, 50, 130, 140, 150, 400, 500, 510, 600, 601, 1000], []])
def test_joining_a_clip_with_itself_keeps_the_frame_times(tmp_path: Path, times: list[int]) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=12, times=times)
    assert concat([video] * 3, tmp_path / "joined.mp4").is_lossless
    with Decoder(video) as one, Decoder(tmp_path / "joined.mp4") as three:
        steps = [one.time_of(n + 1) - one.time_of(n) for n in range(11)]
        for part in range(3):
            again = [three.time_of(12 * part + n + 1) - three.time_of(12 * part + n) for n in range(11)]
            assert again == pytest.approx(steps, abs=1e-4)


@pytest.mark.parametrize("size", [(64, 48), (96, 48)])
def test_the_result_carries_its_info_in_tags_and_xmp(tmp_path: Path, size: tuple[int, int]) -> None:
    videos = [write_video(tmp_path / "a.mp4", frames=4), write_video(tmp_path / "b.mp4", frames=3, size=size)]
    told = ConcatTags('{"joined": ["ä", "b"]}', "2 clips: A fox", "1. A fox\n2. A hare")
    joined = tmp_path / "joined.mp4"
    assert concat(videos, joined, info=told).is_lossless is (size == (64, 48))
    assert read_clip_metadata(joined) == read_xmp(joined) == told.settings
    with av.open(str(joined)) as container:
        assert (container.metadata["title"], container.metadata["comment"]) == (told.title, told.settings)
    assert clip_problem(joined, None, None, None) == ""
    assert numbers(joined) == [0, 1, 2, 3, 0, 1, 2]
    joined.write_bytes(joined.read_bytes().replace(b"\xa9cmt", b"free"))
    assert read_clip_metadata(joined) == told.settings


def test_rotated_clips_of_the_same_format_stay_rotated(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / f"{n}.mp4", frames=n, rotation=90) for n in (5, 7)]
    assert concat(videos, tmp_path / "joined.mp4").is_lossless
    facts = probe(tmp_path / "joined.mp4")
    assert (facts.width, facts.height, facts.rotation, facts.frames) == (48, 64, probe(videos[0]).rotation, 12)


def test_frames_hidden_by_an_edit_list_stay_hidden(tmp_path: Path) -> None:
    assert concat([CUT, CUT], tmp_path / "joined.mp4") == ConcatResult(is_lossless=False, has_dropped_sound=False)
    assert numbers(tmp_path / "joined.mp4") == [*range(5, 24), *range(5, 24)]


def test_sound_of_the_same_format_is_kept(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / f"{n}.mp4", sound=True, frames=24 * n) for n in (1, 2)]
    assert concat(videos, tmp_path / "joined.mp4") == ConcatResult(is_lossless=True, has_dropped_sound=False)
    with av.open(str(tmp_path / "joined.mp4")) as container:
        sound = [packet for packet in container.demux(audio=0) if packet.size]
        times = [packet.pts or 0 for packet in sound]
        assert times == sorted(set(times))
        seconds = float(sum((packet.duration or 0) * packet.time_base for packet in sound))
    assert seconds == pytest.approx(3, abs=0.3)
    assert clip_problem(tmp_path / "joined.mp4", None, None, None) == ""


def test_sound_of_only_some_clips_is_dropped_and_reported(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / "a.mp4", sound=True), write_video(tmp_path / "b.mp4")]
    assert concat(videos, tmp_path / "joined.mp4") == ConcatResult(is_lossless=True, has_dropped_sound=True)
    assert not probe(tmp_path / "joined.mp4").has_audio


@pytest.mark.parametrize(
    ("size", "rate", "rotation"),
    [
        ((48, 64), 24, 0),
        ((128, 96), 24, 0),
        ((64, 48), 12, 0),
        ((64, 48), Fraction(30000, 1001), 0),
        ((48, 64), 24, 90),
    ],
)
def test_all_clips_take_size_and_rate_of_the_first(
    tmp_path: Path, size: tuple[int, int], rate: int | Fraction, rotation: int
) -> None:
    first = write_video(tmp_path / "a.mp4")
    other = write_video(tmp_path / "b.mp4", size=size, rate=rate, rotation=rotation)
    assert not concat([first, other, first], tmp_path / "joined.mp4").is_lossless
    facts = probe(tmp_path / "joined.mp4")
    each = round(24 / Fraction(rate) * 24)
    assert (facts.width, facts.height, float(facts.fps), facts.frames) == (64, 48, 24, 24 + each + 24)
    shown = numbers(tmp_path / "joined.mp4")
    assert shown[:24] == shown[24 + each :] == list(range(24))
    if size == (128, 96):
        assert shown[24:-24] == list(range(24))


def test_a_portrait_clip_between_landscape_ones_gets_bars(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / f"{w}.mp4", size=(w, 64), frames=3, color=(255, 255, 255)) for w in (128, 32)]
    concat(videos, tmp_path / "joined.mp4")
    with Decoder(tmp_path / "joined.mp4") as decoder:
        wide, upright = decoder.frame(0).to_image(), decoder.frame(4).to_image()
    assert wide.getpixel((5, 5)) == pytest.approx((255, 255, 255), abs=6)
    assert upright.getpixel((5, 5)) == pytest.approx((0, 0, 0), abs=6)
    assert upright.getpixel((64, 5)) == pytest.approx((255, 255, 255), abs=6)


def test_another_codec_of_the_same_size_is_converted(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / "a.mp4"), write_video(tmp_path / "b.mp4", options={"bf": "0", "crf": "30"})]
    concat(videos, tmp_path / "joined.mp4")
    assert numbers(tmp_path / "joined.mp4") == [*range(24), *range(24)]


def test_a_damaged_clip_is_named_and_an_existing_file_stays(tmp_path: Path) -> None:
    video, broken, joined = write_video(tmp_path / "a.mp4"), tmp_path / "broken.mp4", tmp_path / "joined.mp4"
    broken.write_bytes(video.read_bytes()[:900])
    joined.write_text("older")
    with pytest.raises(BadMedia, match=r"broken\.mp4"):
        concat([video, broken], joined)
    assert joined.read_text() == "older"
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("size", [(64, 48), (48, 64)])
def test_progress_is_reported_and_joining_can_be_cancelled(tmp_path: Path, size: tuple[int, int]) -> None:
    videos = [write_video(tmp_path / "a.mp4"), write_video(tmp_path / "b.mp4", size=size)]
    told: list[float] = []
    concat(videos, tmp_path / "joined.mp4", TaskProgress(told.append))
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == 1
    with pytest.raises(OperationCancelled):
        concat(videos, tmp_path / "other.mp4", TaskProgress(told.append, lambda: True))
    assert not (tmp_path / "other.mp4").exists()
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("lossless", [True, False])
def test_pixels_that_are_not_square_stay_in_shape(tmp_path: Path, lossless: bool) -> None:
    aspect = Fraction(4, 3)
    first = write_video(tmp_path / "a.mp4", frames=4, pixel_aspect=aspect)
    second = write_video(tmp_path / "b.mp4", frames=4, pixel_aspect=aspect if lossless else None)
    assert concat([first, second], tmp_path / "both.mp4").is_lossless is lossless
    with Decoder(tmp_path / "both.mp4") as decoder:
        assert decoder.size == pytest.approx((85, 48), abs=1)
