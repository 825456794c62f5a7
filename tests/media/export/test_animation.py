"""Animations, read by another library than the one that wrote them."""

from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from kling_desktop.media.errors import BadMedia, OperationCancelled
from kling_desktop.media.export.animation import AnimationFormat, AnimationOptions, write_animation
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from tests.media.video_fixtures import number_in, write_video


def shown(file: Path) -> list[tuple[int, int]]:
    """Return (number drawn, milliseconds) of each frame."""
    found = []
    with Image.open(file) as moving:
        for picture in ImageSequence.Iterator(moving):
            whole = picture.convert("RGB")
            data = whole.tobytes("raw", "BGRX")
            number = number_in(PixelBuffer(whole.width, whole.height, whole.width * 4, data))
            found.append((number, int(picture.info.get("duration", 0))))
    return found


@pytest.mark.parametrize("kind", AnimationFormat)
def test_an_animation_has_the_requested_rate_and_loops_forever(tmp_path: Path, kind: AnimationFormat) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=48, size=(320, 240))
    to = tmp_path / f"clip.{kind}"
    write_animation(video, to, AnimationOptions(kind, width=160, fps=12))
    pictures = shown(to)
    assert [number for number, _ in pictures] == list(range(0, 48, 2))
    assert sum(length for _, length in pictures) == pytest.approx(2000, abs=30)
    with Image.open(to) as moving:
        assert moving.size == (160, 120)
        assert moving.info["loop"] == 0
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("kind", AnimationFormat)
def test_an_animation_is_never_larger_or_faster_than_the_clip(tmp_path: Path, kind: AnimationFormat) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=12, rate=6, size=(64, 48), rotation=90)
    write_animation(video, tmp_path / "moving", AnimationOptions(kind, width=960, fps=24))
    with Image.open(tmp_path / "moving") as moving:
        assert moving.size == (48, 64)
        assert getattr(moving, "n_frames", 1) == 12


def test_a_still_area_of_a_gif_does_not_flicker(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=12, size=(128, 96), color=(200, 120, 40))
    write_animation(video, tmp_path / "moving.gif", AnimationOptions(AnimationFormat.GIF))
    with Image.open(tmp_path / "moving.gif") as moving:
        still = [picture.convert("RGB").crop((60, 6, 68, 14)).tobytes() for picture in ImageSequence.Iterator(moving)]
    assert max(abs(a - b) for again in still for a, b in zip(still[0], again, strict=True)) <= 8


@pytest.mark.parametrize("kind", AnimationFormat)
def test_a_cancelled_animation_leaves_nothing_behind(tmp_path: Path, kind: AnimationFormat) -> None:
    video, told = write_video(tmp_path / "clip.mp4"), list[float]()
    with pytest.raises(OperationCancelled):
        write_animation(
            video, tmp_path / "moving", AnimationOptions(kind), TaskProgress(told.append, lambda: len(told) > 3)
        )
    assert told == sorted(told)
    assert list(tmp_path.iterdir()) == [video]


def test_an_unreadable_clip_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_text("<html>")
    with pytest.raises(BadMedia, match=r"clip\.mp4"):
        write_animation(tmp_path / "clip.mp4", tmp_path / "moving", AnimationOptions())
