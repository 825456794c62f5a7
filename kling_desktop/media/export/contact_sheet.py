"""Clips on one picture: a row of frames each, or many frames of a single one, with a line of words above."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path

from PIL import Image

from kling_desktop.media.atomic import written_beside
from kling_desktop.media.export.progress import Watch
from kling_desktop.media.image.pixel_buffer import Picture
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.scaled_frame import small_image

WIDTH = 1920
MARGIN = 32
GAP = 12
CAPTION = 48
"""Height of the words above a row, px."""
ROW = 5
"""Frames of each clip, where there are several."""
MANY = 16
"""Frames of a single one."""
BACKGROUND = (19, 20, 22)
_MOST_HEIGHT = 30_000
"""Rows of pixels that picture viewers still open."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A clip and the words above it, drawn already: letters are the window's to draw. At most WIDTH - 2 MARGIN wide."""

    film: Path
    caption: Picture


def contact_sheet(entries: Sequence[Entry], to: Path, watch: Watch | None = None) -> None:
    """Write the sheet to `to` as a PNG, in place of what is there; as it was if this fails.

    BadMedia when a film can't be read, OSError when the disk refuses.
    """
    watch = watch or Watch()
    count = MANY if len(entries) == 1 else ROW
    rows = []
    for number, entry in enumerate(entries):
        watch.pass_by(number, len(entries))
        rows.append(_block(entry, count, watch))
    height = sum(row.height for row in rows) + 2 * MARGIN + GAP * 2 * (len(rows) - 1)
    sheet = Image.new("RGB", (WIDTH, height), BACKGROUND)
    at = MARGIN
    for row in rows:
        sheet.paste(row, (MARGIN, at))
        at += row.height + 2 * GAP
    if height > _MOST_HEIGHT:
        sheet = sheet.resize((max(1, WIDTH * _MOST_HEIGHT // height), _MOST_HEIGHT), Image.Resampling.LANCZOS)
    with written_beside(to) as part:
        sheet.save(part, "PNG", compress_level=4)
    watch.pass_by(1, 1)


def _block(entry: Entry, count: int, watch: Watch) -> Image.Image:
    """A clip's words and frames, as wide as the sheet is inside its margins."""
    with Decoder(entry.film) as decoder:
        columns = count if count <= ROW else ceil(sqrt(count))
        width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) // columns
        # Rows of upright clips would be taller than they are wide: their pictures are as high as wide ones' are.
        shape = decoder.size[1] / decoder.size[0]
        height = round(width * min(shape, 1.0)) or 1
        block = Image.new("RGB", (WIDTH - 2 * MARGIN, _height(count, columns, height)), BACKGROUND)
        _write_above(block, entry.caption)
        for place, number in enumerate(_spread(decoder.count, count)):
            watch.look()
            picture = small_image(decoder.frame(number), (width, height))
            left = place % columns * (width + GAP) + (width - picture.width) // 2
            block.paste(picture, (left, CAPTION + place // columns * (height + GAP)))
    return block


def _height(count: int, columns: int, height: int) -> int:
    rows = ceil(count / columns)
    return CAPTION + rows * height + (rows - 1) * GAP


def _write_above(block: Image.Image, caption: Picture) -> None:
    words = Image.frombuffer(
        "RGB", (caption.width, caption.height), bytes(caption.data), "raw", "BGRX", caption.stride, 1
    )
    block.paste(words, (0, max(0, (CAPTION - words.height) // 2)))


def _spread(frames: int, count: int) -> list[int]:
    """From the first to the last, evenly."""
    return [round(place * (frames - 1) / (count - 1)) for place in range(count)]
