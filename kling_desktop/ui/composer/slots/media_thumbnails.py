"""Pictures to choose with one click: recent ones, and clips that can be edited."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kling_desktop.domain.request.draft import Media, StoredMedia
from kling_desktop.ui.composer.media_input.preview_cache import PreviewCache
from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import CENTRE, box, draw_covering, draw_icon, one_line
from kling_desktop.ui.widgets.pressable import Pressable

_FOREIGN_OPACITY = 0.38


@dataclass(frozen=True, slots=True)
class ClipChoice:
    """A clip that can be edited: the video's media, and the prompt that made it."""

    video: StoredMedia
    prompt: str


@dataclass(frozen=True, slots=True)
class MediaChoice:
    """The media and its name. foreign: its ID belongs to another account."""

    media: Media
    name: str
    foreign: bool = False


class MediaThumbnail(Pressable):
    """One picture, or its name where there is none. One of another account is faded and says why."""

    def __init__(self, theme: Theme, choice: MediaChoice, size: QSize, parent: QWidget) -> None:
        name = f"{choice.name} · from another account" if choice.foreign else choice.name
        super().__init__(theme, name, RADIUS.CONTROL, parent)
        self.media = choice.media
        self._choice = choice
        self._size = size
        self._picture: QImage | None = None
        self.setToolTip(plain_tip(name))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: QImage | None) -> None:
        """Show the picture; None: the name."""
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.CONTROL, tokens.field)
            if self._picture is not None:
                painter.setOpacity(_FOREIGN_OPACITY if self._choice.foreign else 1)
                draw_covering(painter, self.rect(), self._picture, RADIUS.CONTROL)
                painter.setOpacity(1)
            else:
                inside = self.rect().adjusted(3, 0, -3, 0)
                ink = tokens.text3 if self._choice.foreign else tokens.text2
                one_line(painter, inside, CENTRE, self._choice.name, self._theme.font(SIZE.CAPTION), ink)
            if self._choice.foreign:
                corner = QRect(self.width() - 19, 3, 16, 16)
                box(painter, corner, RADIUS.TAG, tokens.shade)
                draw_icon(painter, "lock", QPointF(corner.center()) + QPointF(0.5, 0.5), tokens.on_picture, 11)
            box(painter, self.rect(), RADIUS.CONTROL, None, tokens.text3 if self.underMouse() else tokens.line_strong)


class MediaThumbnails(QWidget):
    """Rows of `columns`; takes no space when there is nothing to choose. Emits `chosen(media)` on a click."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, pictures: PreviewCache, columns: int, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures = pictures
        self._columns = columns
        self._size = size
        self._choices: Sequence[MediaChoice] = ()
        self._buttons: list[MediaThumbnail] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._grid.setColumnStretch(columns, 1)
        pictures.loaded.connect(self._show_pictures)
        self.hide()

    @property
    def buttons(self) -> Sequence[QWidget]:
        """In order."""
        return self._buttons

    def show_choices(self, choices: Sequence[MediaChoice]) -> None:
        """Show these choices."""
        if choices != self._choices:
            self._choices = choices
            for old in self._buttons:
                self._grid.removeWidget(old)
                old.hide()
                # Later, since the click that led here may come from one of them.
                old.deleteLater()
            self._buttons = [MediaThumbnail(self._theme, choice, self._size, self) for choice in choices]
            for at, button in enumerate(self._buttons):
                button.clicked.connect(lambda _=False, media=button.media: self.chosen.emit(media))
                self._grid.addWidget(button, *divmod(at, self._columns))
                # The layout counts it only once it is shown.
                button.show()
        self.setVisible(bool(choices))
        self._show_pictures()

    def _show_pictures(self) -> None:
        for button in self._buttons:
            button.show_picture(self._pictures.of(button.media))
