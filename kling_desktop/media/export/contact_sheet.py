"""Draws a contact sheet: a row of frames for each clip, or many frames of a single one, each with a caption above."""

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
"""Height of a caption in px."""
FRAMES_PER_CLIP = 5
"""Frames of each clip if there are several."""
FRAMES_OF_ONE_CLIP = 16
"""Frames of a single clip."""
BACKGROUND = (19, 20, 22)
_MAX_HEIGHT = 30_000
"""In px. Image viewers can't open much more."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A clip and its caption. The caption is drawn by the UI, which has the fonts; at most WIDTH - 2 * MARGIN wide."""

    clip: Path
    caption: PixelBuffer


def write_contact_sheet(entries: Sequence[SheetEntry], to: Path, progress: TaskProgress | None = None) -> None:
    """Write a contact sheet as a PNG.

    Args:
        entries: The clips with their captions.
        to: Replaced if it exists, unchanged if this fails.
        progress: Gets the progress, and can cancel.

    Raises:
        BadMedia: A clip can't be read.
        OSError: The sheet can't be written.
        OperationCancelled: `progress` cancelled it.
    """
    progress = progress or TaskProgress()
    count = FRAMES_OF_ONE_CLIP if len(entries) == 1 else FRAMES_PER_CLIP
    rows = []
    for number, entry in enumerate(entries):
        progress.update(number, len(entries))
        rows.append(_block(entry, count, progress))
    height = sum(row.height for row in rows) + 2 * MARGIN + GAP * 2 * (len(rows) - 1)
    sheet = Image.new("RGB", (WIDTH, height), BACKGROUND)
    top = MARGIN
    for row in rows:
        sheet.paste(row, (MARGIN, top))
        top += row.height + 2 * GAP
    if height > _MAX_HEIGHT:
        sheet = sheet.resize((max(1, WIDTH * _MAX_HEIGHT // height), _MAX_HEIGHT), Image.Resampling.LANCZOS)
    with atomic_path(to) as part:
        sheet.save(part, "PNG", compress_level=4)
    progress.update(1, 1)


def _block(entry: SheetEntry, count: int, progress: TaskProgress) -> Image.Image:
    """Draw a clip's caption and frames, as wide as the sheet without its margins."""
    with Decoder(entry.clip) as decoder:
        columns = count if count <= FRAMES_PER_CLIP else ceil(sqrt(count))
        width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) // columns
        # Rows of portrait clips would be taller than wide, so their frames are limited to the height of landscape ones.
        aspect = decoder.size[1] / decoder.size[0]
        height = round(width * min(aspect, 1.0)) or 1
        block = Image.new("RGB", (WIDTH - 2 * MARGIN, _block_height(count, columns, height)), BACKGROUND)
        _paste_caption(block, entry.caption)
        for place, number in enumerate(_evenly_spaced(decoder.count, count)):
            progress.raise_if_cancelled()
            frame = decoder.frame(number).to_small_image((width, height))
            left = place % columns * (width + GAP) + (width - frame.width) // 2
            block.paste(frame, (left, CAPTION_HEIGHT + place // columns * (height + GAP)))
    return block


def _block_height(count: int, columns: int, height: int) -> int:
    rows = ceil(count / columns)
    return CAPTION_HEIGHT + rows * height + (rows - 1) * GAP


def _paste_caption(block: Image.Image, caption: PixelBuffer) -> None:
    image = Image.frombuffer(
        "RGB", (caption.width, caption.height), bytes(caption.data), "raw", "BGRX", caption.stride, 1
    )
    block.paste(image, (0, max(0, (CAPTION_HEIGHT - image.height) // 2)))


def _evenly_spaced(frames: int, count: int) -> list[int]:
    """Return frame numbers from the first to the last, evenly spaced."""
    return [round(place * (frames - 1) / (count - 1)) for place in range(count)]
