"""What a clip was made from and what it has led to: a line with clips on it, the one that is shown in the middle."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.domain.lineage import Relative, Relatives, Tie
from kling_desktop.ui.composer.background import Background
from kling_desktop.ui.composer.pictures import picture_in
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.viewer.given import GivenPictures
from kling_desktop.ui.widgets import label
from kling_desktop.ui.widgets.paint import LEFT, box, cover, draw_icon, one_line, rounded_path
from kling_desktop.ui.widgets.pressable import Pressable

_SPINE: Final = 7.0
_THUMB: Final = QSize(56, 36)
_THUMB_AT: Final = 24
_WORDS_AT: Final = _THUMB_AT + 56 + SPACE.M
_ROW: Final = 48
_NODE: Final = 24
_MOST: Final = 5

_FROM = {
    Tie.START_FRAME: "Start frame",
    Tie.END_FRAME: "End frame",
    Tie.REFERENCE: "Reference",
    Tie.EDIT: "The video that was edited",
    Tie.RUN: "Its settings",
}
_TO = {
    Tie.START_FRAME: "Starts from it",
    Tie.END_FRAME: "Ends with it",
    Tie.REFERENCE: "Refers to it",
    Tie.EDIT: "An edit of it",
    Tie.RUN: "Another take of it",
}


class Lineage(QWidget):
    """Nothing at all until it is told of relatives. `chosen(job)`: the user wants to see that clip."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._background = Background(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_relatives(self, relatives: Relatives) -> None:
        """Show these in place of what was shown."""
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        is_on_line = bool(relatives.made_from or relatives.led_to or relatives.preset)
        self.setVisible(is_on_line or bool(relatives.given))
        if relatives.made_from or relatives.preset or relatives.given:
            self._head("MADE FROM")
        if relatives.given:
            self._column.addSpacing(SPACE.XS)
            self._put(GivenPictures(self._theme, relatives.given, self._background))
            self._column.addSpacing(SPACE.XS)
        if relatives.made_from or relatives.preset:
            self._add(relatives.made_from, _FROM)
            if relatives.preset:
                self._put(_Node(self._theme, f"Preset: {relatives.preset}", "star"))
        if is_on_line:
            self._put(_Node(self._theme, "This clip", ""))
        if relatives.led_to:
            self._head("LED TO")
            self._add(relatives.led_to, _TO)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line that all hang on, from the first clip to the last."""
        nodes = [child for child in self.findChildren(QWidget) if isinstance(child, _Row | _Node)]
        centres = [child.geometry().center().y() for child in nodes if child.parentWidget() is self]
        if len(centres) > 1:
            with QPainter(self) as painter:
                painter.setPen(QPen(self._theme.tokens.line_strong, 1))
                painter.drawLine(QPointF(_SPINE + 0.5, min(centres)), QPointF(_SPINE + 0.5, max(centres)))

    def _choose(self, job: str, _checked: bool = False) -> None:
        self.chosen.emit(job)

    def _put(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
        widget.show()  # at once: a layout that is seen already would show it later

    def _head(self, words: str) -> None:
        head = label(words, "overline")
        head.setContentsMargins(0, SPACE.XS, 0, SPACE.XS)
        self._put(head)

    def _add(self, relatives: Iterable[Relative], words: dict[Tie, str]) -> None:
        shown = tuple(relatives)
        for relative in shown[:_MOST]:
            row = _Row(self._theme, relative, words[relative.tie])
            if relative.there:
                row.clicked.connect(partial(self._choose, relative.job))
            self._put(row)
            if relative.picture:
                path = Path(relative.picture)
                self._background.run(partial(picture_in, path), row.show_picture)
        if len(shown) > _MOST:
            self._put(_Node(self._theme, f"and {len(shown) - _MOST} more", ""))


class _Row(Pressable):
    """A clip on the line: its picture, what it has to do with the one that is shown, and how its prompt begins."""

    def __init__(self, theme: Theme, relative: Relative, what: str) -> None:
        said = what if relative.frame is None else f"{what}, frame {relative.frame + 1}"
        super().__init__(theme, said, RADIUS.CONTROL)
        self._words = (relative.words or "Without words") if relative.there else "No longer in the library"
        self._picture: QImage | None = None
        self._is_there = relative.there
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{said}: {relative.words or self._words}")
        gone = "" if relative.there else "\nThis clip is no longer in the library."
        self.setToolTip(f"{said}\n{relative.words}{gone}".strip())
        self.setEnabled(relative.there)
        if relative.there:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(220, _ROW)

    def show_picture(self, image: QImage | None) -> None:
        self._picture = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        thumb = QRectF(_THUMB_AT, (self.height() - _THUMB.height()) / 2, _THUMB.width(), _THUMB.height())
        with QPainter(self) as painter:
            if self.isEnabled() and (self.underMouse() or self.isDown()):
                box(painter, self.rect().adjusted(round(_SPINE) * 2, 0, 0, 0), RADIUS.CONTROL, tokens.hover)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.text3, 1.5))
            painter.setBrush(tokens.pane)
            painter.drawEllipse(QPointF(_SPINE + 0.5, self.height() / 2), 3.5, 3.5)
            if self._picture is None:
                box(painter, thumb, RADIUS.TAG, tokens.field, tokens.line, dashed=not self._is_there)
                draw_icon(painter, "film", thumb.center(), tokens.text3, 16)
            else:
                painter.save()
                painter.setOpacity(1.0 if self._is_there else 0.5)
                painter.setClipPath(rounded_path(thumb, RADIUS.TAG))
                painter.drawPixmap(thumb.topLeft(), cover(self._picture, _THUMB, self.devicePixelRatioF()))
                painter.restore()
            words = QRectF(_WORDS_AT, thumb.top(), self.width() - _WORDS_AT - SPACE.S, 18)
            colour = tokens.text if self._is_there else tokens.text2
            one_line(painter, words, LEFT, self.text(), self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM), colour)
            one_line(painter, words.translated(0, 18), LEFT, self._words, self._theme.font(SIZE.CAPTION), tokens.text3)


class _Node(QWidget):
    """What is no clip to go to: the one that is shown, a preset, how many more there are."""

    def __init__(self, theme: Theme, words: str, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self._words = words
        self._icon = icon
        self._is_here = words == "This clip"
        self.setFixedHeight(_NODE + SPACE.XS)
        self.setAccessibleName(words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        middle = self.height() / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.accent if self._is_here else tokens.text3, 1.5))
            painter.setBrush(tokens.accent if self._is_here else tokens.pane)
            painter.drawEllipse(QPointF(_SPINE + 0.5, middle), 4 if self._is_here else 3.5, 4 if self._is_here else 3.5)
            at = _THUMB_AT
            if self._icon:
                draw_icon(painter, self._icon, QPointF(at + 8, middle), tokens.text3, 16)
                at += 16 + SPACE.S
            weight = WEIGHT.MEDIUM if self._is_here else WEIGHT.REGULAR
            area = QRectF(at, 0, self.width() - at, self.height())
            one_line(painter, area, LEFT, self._words, self._theme.font(SIZE.SMALL, weight), tokens.text2)
