"""The text and small images over a clip, as one transparent layer."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from kling_desktop.sandbox.marks import draw_marks, mark_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kling_desktop.sandbox.planes import Box
    from kling_desktop.sandbox.scene import Scene

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_WHITE = (255, 255, 255, 255)
_SOFT = (255, 255, 255, 190)
_AMBER = (255, 196, 61, 255)
_INK = (24, 20, 8, 255)
_LINES = 5


class Lettering:
    """Where everything is in a frame of `scene`'s size; `layer` is the part that never changes."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._unit = min(scene.size) / 1080
        self._edge = self._px(64)
        self.layer = Image.new("RGBA", scene.size)
        self._draw = ImageDraw.Draw(self.layer)
        self._shade()
        self._head()
        top = self._prompt()
        self.base_box: Box | None = None
        self._tiles(self._px(230), top - self._px(36))
        self._digits = ImageFont.load_default(size=self._px(40))
        self._counter = Image.new("RGB", (self._px(66) * 2, self._px(32) * 2), (18, 19, 24))

    def moving(self, number: int) -> Iterator[tuple[Image.Image, Box]]:
        """Return what changes with the frame's number, counted from 0, and where: the number counted from 1, the
        marks, and the progress.
        """
        width, height = self._scene.size
        side = mark_side(width)
        strip = Image.new("RGB", (width, side), (10, 10, 12))
        draw = ImageDraw.Draw(strip)
        draw_marks(draw, side, number)
        left, full, middle, half = 21 * side, width - 22 * side, side // 2, max(2, side // 10)
        done = max(1, round(full * (number + 1) / self._scene.frames))
        draw.rectangle((left, middle - half, left + full, middle + half), fill=(70, 70, 74))
        draw.rectangle((left, middle - half, left + done, middle + half), fill=_AMBER[:3])
        yield strip, (0, height - side, width, height)
        counter = self._counter.copy()
        centre = (counter.width // 2, counter.height // 2)
        ImageDraw.Draw(counter).text(centre, f"{number + 1:04d}", _WHITE[:3], self._digits, anchor="mm")
        right, top = (width - self._edge) // 2 * 2, self._edge // 2 * 2
        yield counter, (right - counter.width, top, right, top + counter.height)

    def _px(self, length: float) -> int:
        return max(1, round(length * self._unit))

    def _shade(self) -> None:
        """Darken top and bottom, so that white text is readable over any image."""
        width, height = self._scene.size
        slope = Image.linear_gradient("L")
        for box, turned, most in (
            ((0, 0, width, height // 4), True, 150),
            ((0, height // 2, width, height), False, 205),
        ):
            ramp = slope.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if turned else slope
            mask = ramp.resize((box[2] - box[0], box[3] - box[1])).point([value * most // 255 for value in range(256)])
            shade = Image.new("RGBA", mask.size, (6, 7, 12, 0))
            shade.putalpha(mask)
            self.layer.paste(shade, box)
        self._draw.rectangle((0, height - mark_side(width), width, height), fill=(10, 10, 12, 255))

    def _head(self) -> None:
        font = ImageFont.load_default(size=self._px(50))
        x, y, pad = self._edge, self._edge - self._px(14), self._px(22)
        length = round(self._draw.textlength("SANDBOX", font))
        box = (x, y, x + length + 2 * pad, y + self._px(76))
        self._draw.rounded_rectangle(box, self._px(16), fill=_AMBER)
        middle = (box[1] + box[3]) // 2
        self._draw.text(
            (x + pad, middle), "SANDBOX", _INK, font, anchor="lm", stroke_width=self._px(1), stroke_fill=_INK
        )
        small = ImageFont.load_default(size=self._px(40))
        self._draw.text((x, box[3] + self._px(24)), self._scene.way, _WHITE, small, anchor="lt")

    def _prompt(self) -> int:
        """Write the prompt above the bottom edge, as large as it fits; return the y where it starts."""
        width, height = self._scene.size
        room = width - 2 * self._edge
        for size in (72, 60, 50, 42, 36):
            font = ImageFont.load_default(size=self._px(size))
            lines = wrapped(self._scene.prompt, font, room)
            if len(lines) <= _LINES:
                break
        if len(lines) > _LINES:
            lines = [*lines[: _LINES - 1], lines[_LINES - 1].rstrip()[:-1] + "…"]
        step = self._px(size * 1.3)
        top = height - mark_side(width) - self._px(44) - step * len(lines)
        for place, line in enumerate(lines):
            self._draw.text((self._edge, top + place * step), line, _WHITE, font, anchor="la")
        return top

    def _tiles(self, top: int, bottom: int) -> None:
        """Draw the images that the clip was made from, each with its name, in rows of equal height."""
        tiles = self._scene.tiles
        if not tiles:
            return
        if self._scene.start is not None:
            # The frame itself fills the clip; its small copy only shows which one it was.
            top = max(top, bottom - self._px(250))
        caption, gap = self._px(62), self._px(28)
        room = self._scene.size[0] - 2 * self._edge
        rows, heights = _rows([picture for _, picture in tiles], room, bottom - top, caption, gap)
        y = top + (bottom - top - sum(heights) - len(rows) * caption) // 2
        left = iter(tiles)
        for count, high in zip(rows, heights, strict=True):
            x = self._edge
            for name, picture in itertools.islice(left, count):
                x += self._tile(name, picture, (x, y), high) + gap
            y += high + caption

    def _tile(self, name: str, picture: Image.Image, corner: tuple[int, int], high: int) -> int:
        """Draw one image and return its width. Its position and sides are even, as the planes require."""
        x, y = corner[0] // 2 * 2, corner[1] // 2 * 2
        wide, high = max(2, round(picture.width / picture.height * high) // 2 * 2), max(2, high // 2 * 2)
        edge = self._px(3)
        self._draw.rectangle((x - edge, y - edge, x + wide + edge - 1, y + high + edge - 1), fill=(255, 255, 255, 230))
        self.layer.paste(picture.resize((wide, high), Image.Resampling.BICUBIC).convert("RGBA"), (x, y))
        if self._scene.base is not None and self.base_box is None:
            self.base_box = (x, y, x + wide, y + high)
        font = ImageFont.load_default(size=self._px(32))
        self._draw.text((x, y + high + self._px(14)), name, _SOFT, font, anchor="lt")
        return wide


def wrapped(text: str, font: Font, room: int) -> list[str]:
    """Break a text into lines that fit `room` pixels; words too long for a line are cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}".strip()
        if font.getlength(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        while font.getlength(word) > room:
            cut = _fitting(word, font, room)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines


def _fitting(word: str, font: Font, room: int) -> int:
    """Return how many of the word's characters fit, at least one."""
    count = 1
    while font.getlength(word[: count + 1]) <= room:
        count += 1
    return count


def _rows(pictures: Sequence[Image.Image], room: int, high: int, caption: int, gap: int) -> tuple[list[int], list[int]]:
    """Return how many images are in each row and how high they are, so that the smallest is as large as possible."""
    best: tuple[list[int], list[int]] = ([], [])
    for columns in range(1, len(pictures) + 1):
        rows = [pictures[place : place + columns] for place in range(0, len(pictures), columns)]
        most = high // len(rows) - caption
        widths = [sum(picture.width / picture.height for picture in row) for row in rows]
        heights = [min(most, int((room - gap * (len(row) - 1)) / wide)) for row, wide in zip(rows, widths, strict=True)]
        if not best[1] or min(heights) > min(best[1]):
            best = [len(row) for row in rows], heights
    return best
