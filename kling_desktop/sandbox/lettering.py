"""The words and small pictures that lie over a clip, as one transparent layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, ImageOps

from kling_desktop.sandbox.marks import mark_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.sandbox.scene import Scene

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[int, int, int, int]

_WHITE = (255, 255, 255, 255)
_SOFT = (255, 255, 255, 190)
_AMBER = (255, 196, 61, 255)
_INK = (24, 20, 8, 255)
_LINES = 5


class Lettering:
    """Where everything stands in a frame of `scene`'s size; `layer` is the part that never changes."""

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
        self.counter_font = ImageFont.load_default(size=self._px(44))

    def draw_counter(self, draw: ImageDraw.ImageDraw, number: int) -> None:
        """The frame's number in digits, and how far the clip has come."""
        width, height = self._scene.size
        text = f"{number:04d}"
        right, top = width - self._edge, self._edge
        draw.text((right, top), text, _WHITE[:3], self.counter_font, anchor="rt")
        side = mark_side(width)
        left, full = 21 * side, width - 21 * side - side
        done = round(full * (number + 1) / self._scene.frames)
        line = max(4, side // 5)
        y = height - side // 2 - line // 2
        draw.rectangle((left, y, left + full, y + line), fill=(70, 70, 74))
        draw.rectangle((left, y, left + max(line, done), y + line), fill=_AMBER[:3])

    @property
    def counter_box(self) -> Box:
        """The part of the frame that `draw_counter` draws its digits in."""
        width = self._scene.size[0]
        return width - self._edge - self._px(160), self._edge - 4, width - self._edge + 8, self._edge + self._px(52)

    def _px(self, length: float) -> int:
        return max(1, round(length * self._unit))

    def _shade(self) -> None:
        """Darken top and bottom, so that white words can be read over any picture."""
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
        """Write the prompt above the bottom edge, as large as it fits; the y where it begins."""
        width, height = self._scene.size
        room = width - 2 * self._edge
        for size in (60, 52, 44, 38, 34):
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
        """The pictures that the clip was made from, each with its name; the base video's place stays open."""
        tiles = self._scene.tiles
        if not tiles:
            return
        width = self._scene.size[0] - 2 * self._edge
        if self._scene.start is not None:
            # The frame itself fills the clip; its small picture only tells which it was.
            top = max(top, bottom - self._px(250))
        caption = self._px(54)
        gap = self._px(28)
        columns, rows = _grid(len(tiles), width, bottom - top)
        cell = ((width - gap * (columns - 1)) // columns, (bottom - top - gap * (rows - 1)) // rows)
        left = self._edge
        for place, (name, picture) in enumerate(tiles):
            row, column = divmod(place, columns)
            if column == 0:
                left = self._edge
            fitted = ImageOps.contain(picture, (cell[0], cell[1] - caption), Image.Resampling.LANCZOS)
            y = top + row * (cell[1] + gap)
            self._tile(name, fitted, left, y, is_base=place == 0 and self._scene.base is not None)
            left += fitted.width + gap

    def _tile(self, name: str, fitted: Image.Image, x: int, y: int, *, is_base: bool) -> None:
        wide, high = fitted.width // 2 * 2, fitted.height // 2 * 2
        box = (x, y, x + wide, y + high)
        edge = self._px(3)
        self._draw.rectangle((x - edge, y - edge, x + wide + edge - 1, y + high + edge - 1), fill=(255, 255, 255, 220))
        self.layer.paste(fitted.convert("RGBA").crop((0, 0, wide, high)), box[:2])
        if is_base:
            self.base_box = box
        font = ImageFont.load_default(size=self._px(32))
        self._draw.text((x, y + high + self._px(14)), name, _SOFT, font, anchor="lt")


def wrapped(text: str, font: Font, room: int) -> list[str]:
    """The text in lines that fit `room` pixels; words too long for a line are cut."""
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
    """How many of the word's characters fit, at least one."""
    count = 1
    while font.getlength(word[: count + 1]) <= room:
        count += 1
    return count


def _grid(count: int, width: int, height: int) -> tuple[int, int]:
    """Columns and rows that let square tiles be largest."""
    shapes: Sequence[tuple[int, int]] = [(columns, -(-count // columns)) for columns in range(1, count + 1)]
    return max(shapes, key=lambda shape: min(width / shape[0], height / shape[1]))
