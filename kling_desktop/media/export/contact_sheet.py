"""Clips on one picture: a row of frames each, or many frames of a single one, with a line of words above."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path

from PIL import Image

from kling_desktop.atomic_file import atomic_path
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.decoder import Decoder

WIDTH = 1920
MARGIN = 32
GAP = 12
CAPTION_HEIGHT = 48
"""Height of the words above a row, px."""
FRAMES_PER_CLIP = 5
"""Frames of each clip, where there are several."""
FRAMES_OF_ONE_CLIP = 16
"""Frames of a single one."""
BACKGROUND = (19, 20, 22)
_MAX_HEIGHT = 30_000
"""Rows of pixels that picture viewers still open."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A clip and the words above it, drawn already: letters are the window's to draw. At most WIDTH - 2 MARGIN wide."""

    clip: Path
    caption: PixelBuffer


def write_contact_sheet(entries: Sequence[SheetEntry], to: Path, progress: TaskProgress | None = None) -> None:
    """Write the sheet to `to` as a PNG, in place of what is there; as it was if this fails.

    BadMedia when a film can't be read, OSError when the disk refuses.
    """
    progress = progress or TaskProgress()
    count = FRAMES_OF_ONE_CLIP if len(entries) == 1 else FRAMES_PER_CLIP
    rows = []
    for number, entry in enumerate(entries):
        progress.update(number, len(entries))
        rows.append(_block(entry, count, progress))
    height = sum(row.height for row in rows) + 2 * MARGIN + GAP * 2 * (len(rows) - 1)
    sheet = Image.new("RGB", (WIDTH, height), BACKGROUND)
    at = MARGIN
    for row in rows:
        sheet.paste(row, (MARGIN, at))
        at += row.height + 2 * GAP
    if height > _MAX_HEIGHT:
        sheet = sheet.resize((max(1, WIDTH * _MAX_HEIGHT // height), _MAX_HEIGHT), Image.Resampling.LANCZOS)
    with atomic_path(to) as part:
        sheet.save(part, "PNG", compress_level=4)
    progress.update(1, 1)


def _block(entry: SheetEntry, count: int, progress: TaskProgress) -> Image.Image:
    """A clip's words and frames, as wide as the sheet is inside its margins."""
    with Decoder(entry.clip) as decoder:
        columns = count if count <= FRAMES_PER_CLIP else ceil(sqrt(count))
        width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) // columns
        # Rows of upright clips would be taller than they are wide: their pictures are as high as wide ones' are.
        shape = decoder.size[1] / decoder.size[0]
        height = round(width * min(shape, 1.0)) or 1
        block = Image.new("RGB", (WIDTH - 2 * MARGIN, _block_height(count, columns, height)), BACKGROUND)
        _paste_caption(block, entry.caption)
        for place, number in enumerate(_evenly_spaced(decoder.count, count)):
            progress.raise_if_cancelled()
            picture = decoder.frame(number).to_small_image((width, height))
            left = place % columns * (width + GAP) + (width - picture.width) // 2
            block.paste(picture, (left, CAPTION_HEIGHT + place // columns * (height + GAP)))
    return block


def _block_height(count: int, columns: int, height: int) -> int:
    rows = ceil(count / columns)
    return CAPTION_HEIGHT + rows * height + (rows - 1) * GAP


def _paste_caption(block: Image.Image, caption: PixelBuffer) -> None:
    words = Image.frombuffer(
        "RGB", (caption.width, caption.height), bytes(caption.data), "raw", "BGRX", caption.stride, 1
    )
    block.paste(words, (0, max(0, (CAPTION_HEIGHT - words.height) // 2)))


def _evenly_spaced(frames: int, count: int) -> list[int]:
    """From the first to the last, evenly."""
    return [round(place * (frames - 1) / (count - 1)) for place in range(count)]
