"""How a preset looks in the list."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kling_desktop.domain.presets.preset import Preset, PresetPart
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.request.models import GenerationType
from kling_desktop.ui.presets.preset_model import PresetRole
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import LEFT, RIGHT, box, draw_covering, draw_icon, one_line, text_width

ROW = 44
_PICTURE = QSize(48, 32)
_SHOWN = 120
_SIGNS = {
    GenerationType.TEXT: "sparkle",
    GenerationType.START: "image",
    GenerationType.START_AND_END: "image",
    GenerationType.REFERENCES: "grid",
    GenerationType.EDIT: "film",
}


class PresetDelegate(QStyledItemDelegate):
    """Its picture or its type's icon, its name, what it contains, and the key that loads it.

    pins: the numbers by ID; default: the ID of the preset that new forms start with.
    """

    def __init__(self, theme: Theme, picture_of: Callable[[Preset], QImage | None]) -> None:
        super().__init__()
        self._theme = theme
        self._picture_of = picture_of
        self.pins: Mapping[str, int] = {}
        self.default = ""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        preset = index.data(PresetRole.PRESET)
        if not isinstance(preset, Preset):
            return
        tokens, area = self._theme.tokens, QRect(option.rect)
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            box(painter, area, RADIUS.CONTROL, tokens.accent_soft)
        elif state & QStyle.StateFlag.State_MouseOver:
            box(painter, area, RADIUS.CONTROL, tokens.hover)
        self._paint_picture(painter, preset, QRect(area.topLeft() + QPoint(6, 6), _PICTURE))
        words = area.adjusted(6 + _PICTURE.width() + 10, 5, -SPACE.S, -5)
        told = self._keys(preset)
        small = self._theme.font(SIZE.CAPTION)
        if told:
            one_line(painter, words, RIGHT, told, small, tokens.text2)
            words.setRight(words.right() - text_width(small, told) - SPACE.S)
        name, below = words.adjusted(0, 0, 0, -16), words.adjusted(0, 17, 0, 0)
        one_line(painter, name, LEFT, preset.name, self._theme.font(SIZE.BASE, WEIGHT.MEDIUM), tokens.text)
        one_line(painter, below, LEFT, preset_summary(preset), small, tokens.text2)
        painter.restore()

    def _keys(self, preset: Preset) -> str:
        number = self.pins.get(preset.id)
        marks = ["new forms"] if preset.id == self.default else []
        return " · ".join([*marks, *([f"Ctrl+{number}"] if number else [])])

    def _paint_picture(self, painter: QPainter, preset: Preset, area: QRect) -> None:
        tokens = self._theme.tokens
        box(painter, area, RADIUS.TAG, tokens.field, tokens.line)
        picture = self._picture_of(preset)
        if picture is None:
            sign = _SIGNS[type_of(preset.draft)]
            draw_icon(painter, sign, QPointF(area.center()) + QPointF(0.5, 0.5), tokens.text3, 16)
            return
        draw_covering(painter, area, picture, RADIUS.TAG)


def preset_summary(preset: Preset) -> str:
    """A one-line summary: "Starter · 9:16, 5 s · A fox in the snow"."""
    told = ["Starter"] if preset.is_starter else []
    told += preset.tags[:2] if not preset.is_starter else []
    if PresetPart.SETTINGS in preset.parts:
        told.append(f"{preset.draft.size.aspect}, {preset.draft.duration} s")
    # As much as any row could show: measuring all of a long prompt takes longer than painting it.
    told.append(
        " ".join(preset.draft.prompt[:_SHOWN].split()) if PresetPart.PROMPT in preset.parts else "keeps the prompt"
    )
    return " · ".join(told)
