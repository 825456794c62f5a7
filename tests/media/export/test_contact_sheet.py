from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.media.errors import OperationCancelled
from kling_desktop.media.export.contact_sheet import (
    CAPTION_HEIGHT,
    FRAMES_OF_ONE_CLIP,
    FRAMES_PER_CLIP,
    GAP,
    MARGIN,
    WIDTH,
    SheetEntry,
    write_contact_sheet,
)
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from tests.media.video_fixtures import number_in, write_video

WORDS = PixelBuffer(4, 2, 16, bytes((10, 20, 30, 255)) * 8)


def numbers(sheet: Image.Image, columns: int, rows: int, top: int, shape: float) -> list[int]:
    """Return what is drawn in the frames of a block that starts at that height."""
    width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) // columns
    height = round(width * shape)
    found = []
    for place in range(columns * rows):
        left, upper = MARGIN + place % columns * (width + GAP), top + CAPTION_HEIGHT + place // columns * (height + GAP)
        cell = sheet.crop((left, upper, left + width, upper + height))
        found.append(number_in(PixelBuffer(width, height, width * 4, cell.tobytes("raw", "BGRX"))))
    return found


def test_one_clip_shows_sixteen_frames_from_the_first_to_the_last(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=46, size=(640, 360))
    write_contact_sheet([SheetEntry(video, WORDS)], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert numbers(sheet.convert("RGB"), 4, 4, MARGIN, 9 / 16) == list(range(0, 46, 3))
        assert len(range(0, 46, 3)) == FRAMES_OF_ONE_CLIP
        assert sheet.getpixel((MARGIN, MARGIN + CAPTION_HEIGHT // 2)) == (30, 20, 10), "the words above"


def test_several_clips_have_a_row_each(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / f"{n}.mp4", frames=n, size=(640, 360)) for n in (9, 21)]
    write_contact_sheet([SheetEntry(video, WORDS) for video in videos], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        picture = sheet.convert("RGB")
    row = CAPTION_HEIGHT + round((WIDTH - 2 * MARGIN - GAP * (FRAMES_PER_CLIP - 1)) // FRAMES_PER_CLIP * 9 / 16)
    assert numbers(picture, FRAMES_PER_CLIP, 1, MARGIN, 9 / 16) == [0, 2, 4, 6, 8]
    assert numbers(picture, FRAMES_PER_CLIP, 1, MARGIN + row + 2 * GAP, 9 / 16) == [0, 5, 10, 15, 20]


def test_portrait_clips_and_clips_of_one_frame_fit(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / "a.mp4", size=(90, 160)), write_video(tmp_path / "b.mp4", frames=1)]
    write_contact_sheet([SheetEntry(video, WORDS) for video in videos], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == WIDTH


def test_a_cancelled_sheet_leaves_nothing_behind(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    with pytest.raises(OperationCancelled):
        write_contact_sheet(
            [SheetEntry(video, WORDS)] * 3, tmp_path / "sheet.png", TaskProgress(is_cancelled=lambda: True)
        )
    assert list(tmp_path.iterdir()) == [video]
