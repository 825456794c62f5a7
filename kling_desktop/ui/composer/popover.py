"""The small sheet at a slot where an ID is typed, a file is browsed for, or a recent image is taken again."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.domain.draft import GENERATED, UPLOADED, Media, StoredMedia

from .. import bind
from ..theme import RADIUS, SIZE, Theme
from ..widgets import Button, Card, Option, Segmented, label
from ..widgets.paint import CENTRE, box, cover, one_line, rounded_path
from ..widgets.pressable import Pressable
from .intake import Intake
from .pictures import Pictures
from .places import Place
from .views import name_of

_WIDTH = 328
_MARGIN = 16
_GAP = 8


class _RecentButton(Pressable):
    """A picture to take again."""

    def __init__(self, theme: Theme, media: Media, picture: QImage | None, parent: QWidget) -> None:
        super().__init__(theme, name_of(media), RADIUS.CONTROL, parent)
        self._picture = picture
        self.setToolTip(self.text())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(44, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.CONTROL, tokens.field)
            if self._picture is not None:
                painter.setClipPath(rounded_path(self.rect(), RADIUS.CONTROL))
                painter.drawPixmap(0, 0, cover(self._picture, self.size(), self.devicePixelRatioF()))
            else:
                inside = self.rect().adjusted(3, 0, -3, 0)
                one_line(painter, inside, CENTRE, self.text(), self._theme.font(SIZE.CAPTION - 1), tokens.text2)
            box(painter, self.rect(), RADIUS.CONTROL, None, tokens.text3 if self.underMouse() else tokens.line_strong)


class SlotPopover(Card):
    """Opened at a place by `open_at`. It gives what it gets to the intake, and closes when that was taken, at Esc, or
    when the keyboard goes elsewhere.

    `browse_requested(place)` for a file; `left(place)` when the slot should have the keyboard again.
    """

    browse_requested = Signal(object)
    left = Signal(object)

    def __init__(self, theme: Theme, intake: Intake, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._theme = theme
        self._intake = intake
        self._pictures = pictures
        self._place: Place | None = None
        self._slot: QWidget | None = None
        self._line = QLineEdit()
        self._line.setAccessibleName("ID of an image or a video")
        self._browse = Button(theme, "Browse…", tall=True)
        self._why = label("", "problem", wraps=True)
        kinds = (Option(UPLOADED, "Uploaded"), Option(GENERATED, "Generated"))
        self._kind = Segmented(theme, "Where the image comes from", kinds)
        self._kind.setToolTip("Whether this ID is of an image you uploaded to Leonardo or of one generated there")
        self._recent = QWidget()
        self._host = parent
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._line, 1)
        row.addWidget(self._browse)
        self._recent_row = QHBoxLayout(self._recent)
        self._recent_row.setContentsMargins(0, 0, 0, 0)
        self._recent_row.setSpacing(6)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(row)
        for part in (self._why, self._kind, self._recent):
            column.addWidget(part)
        self._line.returnPressed.connect(self._submit)
        self._line.textEdited.connect(lambda _: self._say(""))
        self._browse.clicked.connect(self._ask_to_browse)
        self._kind.chosen.connect(self._choose_kind)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        pictures.loaded.connect(self._show_recent)
        self.hide()

    @property
    def place(self) -> Place | None:
        """Where it is open; None while it is closed."""
        return self._place if self.isVisible() else None

    def open_at(self, place: Place, held: Media | None, typed: str, slot: QWidget) -> None:
        """Show what `place` holds, with what the user has `typed` already, beside `slot`."""
        self._place = place
        bind.show_text(self._line, typed or (held.id if isinstance(held, StoredMedia) else ""))
        self._line.setPlaceholderText("Paste an ID, or browse…" if place.takes_images else "Paste the ID of a clip")
        self._browse.setVisible(place.takes_images)
        self._kind.setVisible(place.takes_images and isinstance(held, StoredMedia))
        if isinstance(held, StoredMedia):
            self._kind.show_chosen(held.kind)
        self._show_recent()
        self.setAccessibleName(place.name)
        self._say("")
        self._stay_beside(slot)
        self.show()
        self.raise_()
        self._line.setFocus(Qt.FocusReason.PopupFocusReason)
        if typed:
            self._line.end(False)
        else:
            self._line.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        if self._place is None:
            return
        if not self._line.text().strip() and self._place.takes_images:
            self._ask_to_browse()
            return
        why = self._intake.give_text(self._place, self._line.text())
        if why:
            self._say(why)
        else:
            self._close()

    def _say(self, sentence: str) -> None:
        self._why.setText(sentence)
        self._why.setVisible(bool(sentence))
        self._line.setAccessibleDescription(sentence)
        self._fit()

    def _ask_to_browse(self) -> None:
        place = self._place
        self._close()
        self.browse_requested.emit(place)

    def _choose_kind(self, kind: object) -> None:
        if self._place is not None:
            self._intake.set_kind(self._place, str(kind))
            self._kind.show_chosen(kind)

    def _take(self, media: Media) -> None:
        if self._place is not None:
            self._intake.put(self._place, media)
            self._close()

    def _close(self) -> None:
        place = self._place
        self.left.emit(place)
        self.hide()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self.hide()

    def _show_recent(self) -> None:
        recent = self._intake.recent if self._place and self._place.takes_images else ()
        while item := self._recent_row.takeAt(0):
            if old := item.widget():
                old.hide()
                old.deleteLater()
        for media in recent:
            button = _RecentButton(self._theme, media, self._pictures.of(media), self._recent)
            button.clicked.connect(lambda _=False, again=media: self._take(again))
            self._recent_row.addWidget(button)
            # Counted by the layout only once it is shown.
            button.show()
        self._recent_row.addStretch(1)
        self._recent.setVisible(bool(recent))

    def _fit(self) -> None:
        self._column.activate()
        width = min(_WIDTH, self._host.width() - 2 * _MARGIN)
        bends = self._column.hasHeightForWidth()
        self.resize(width, self._column.totalHeightForWidth(width) if bends else self._column.totalSizeHint().height())

    def _stay_beside(self, slot: QWidget | None) -> None:
        """Follow `slot` from now on: it moves while the form makes room, and when the form is scrolled."""
        for part in self._above(self._slot):
            part.removeEventFilter(self)
        self._slot = slot
        for part in self._above(slot):
            part.installEventFilter(self)
        self._move_beside()

    def _above(self, part: QWidget | None) -> Iterator[QWidget]:
        """`part` and what it lies in, up to the host of this sheet."""
        while part is not None and part is not self._host:
            yield part
            part = part.parentWidget()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._move_beside()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stay_beside(None)

    def _move_beside(self) -> None:
        self._fit()
        slot, host = self._slot, self._host
        if slot is None:
            return
        corner = slot.mapTo(host, QPoint(0, slot.height() + _GAP))
        if corner.y() + self.height() > host.height() - 8:
            corner = slot.mapTo(host, QPoint(0, -self.height() - _GAP))
        left = max(_MARGIN, min(corner.x(), host.width() - self.width() - _MARGIN))
        self.move(left, max(8, corner.y()))
