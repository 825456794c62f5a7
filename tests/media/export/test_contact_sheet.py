from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.media.export.contact_sheet import CAPTION, GAP, MANY, MARGIN, ROW, WIDTH, Entry, contact_sheet
from kling_desktop.media.export.progress import Watch
from kling_desktop.media.image.pixel_buffer import Picture
from kling_desktop.media.video.decoder import Abandoned
from tests.media.films import number_in, write_film

WORDS = Picture(4, 2, 16, bytes((10, 20, 30, 255)) * 8)


def numbers(sheet: Image.Image, columns: int, rows: int, top: int, shape: float) -> list[int]:
    """What is drawn in the frames of a block that begins at that height."""
    width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) // columns
    height = round(width * shape)
    found = []
    for place in range(columns * rows):
        left, upper = MARGIN + place % columns * (width + GAP), top + CAPTION + place // columns * (height + GAP)
        cell = sheet.crop((left, upper, left + width, upper + height))
        found.append(number_in(Picture(width, height, width * 4, cell.tobytes("raw", "BGRX"))))
    return found


def test_one_clip_shows_sixteen_of_its_frames_from_the_first_to_the_last(tmp_path: Path) -> None:
    film = write_film(tmp_path / "clip.mp4", frames=46, size=(640, 360))
    contact_sheet([Entry(film, WORDS)], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert numbers(sheet.convert("RGB"), 4, 4, MARGIN, 9 / 16) == list(range(0, 46, 3))
        assert len(range(0, 46, 3)) == MANY
        assert sheet.getpixel((MARGIN, MARGIN + CAPTION // 2)) == (30, 20, 10), "the words above"


def test_several_clips_have_a_row_each(tmp_path: Path) -> None:
    films = [write_film(tmp_path / f"{n}.mp4", frames=n, size=(640, 360)) for n in (9, 21)]
    contact_sheet([Entry(film, WORDS) for film in films], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        picture = sheet.convert("RGB")
    row = CAPTION + round((WIDTH - 2 * MARGIN - GAP * (ROW - 1)) // ROW * 9 / 16)
    assert numbers(picture, ROW, 1, MARGIN, 9 / 16) == [0, 2, 4, 6, 8]
    assert numbers(picture, ROW, 1, MARGIN + row + 2 * GAP, 9 / 16) == [0, 5, 10, 15, 20]


def test_upright_clips_and_those_of_one_frame_find_their_place(tmp_path: Path) -> None:
    films = [write_film(tmp_path / "a.mp4", size=(90, 160)), write_film(tmp_path / "b.mp4", frames=1)]
    contact_sheet([Entry(film, WORDS) for film in films], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == WIDTH


def test_a_sheet_can_be_called_off_and_leaves_nothing(tmp_path: Path) -> None:
    film = write_film(tmp_path / "clip.mp4")
    with pytest.raises(Abandoned):
        contact_sheet([Entry(film, WORDS)] * 3, tmp_path / "sheet.png", Watch(called_off=lambda: True))
    assert list(tmp_path.iterdir()) == [film]
