"""The popover at a slot: choose a file, a recent picture or a clip, or paste an ID."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kling_desktop.domain.request.draft import MEDIA_KINDS, Media, StoredMedia
from kling_desktop.ui.composer.media_input.drop_data import is_media
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import Place
from kling_desktop.ui.composer.media_input.preview_cache import PreviewCache
from kling_desktop.ui.composer.slots.media_thumbnails import ClipChoice, MediaChoice, MediaThumbnails
from kling_desktop.ui.composer.slots.slot_box import is_typing
from kling_desktop.ui.composer.slots.slot_state import name_of
from kling_desktop.ui.composer.slots.widget_anchor import WidgetAnchor
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, CardFrame, Option, Segmented, label

_WIDTH = 328
_MARGIN = 16
_GAP = 8
_SQUARE = QSize(44, 44)
_WIDE = QSize(97, 55)
_NO_CLIPS = "Make a clip first, then edit it here."


class SlotPopover(CardFrame):
    """Opened at a place by `open_at`. It passes what it gets to the media input and closes when that was taken, on Esc,
    or when it loses focus.

    Emits `browse_requested(place)` for a file, and `closed(place)` when the slot should get the focus back.
    """

    browse_requested = Signal(object)
    closed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        intake: MediaInput,
        pictures: PreviewCache,
        clips: Callable[[], Sequence[ClipChoice]],
        parent: QWidget,
    ) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._intake = intake
        self._clips_now = clips
        self._host = parent
        self._place: Place | None = None
        self._following = WidgetAnchor(parent, self._move_beside)
        self._choose = Button(theme, "Choose a file…", icon="image", tall=True)
        self._heading = label("", "secondary", wraps=True)
        self._recent = MediaThumbnails(theme, pictures, 6, _SQUARE, self)
        self._clips = MediaThumbnails(theme, pictures, 3, _WIDE, self)
        self._or = label("", "secondary")
        self._line = QLineEdit()
        self._line.setAccessibleName("ID of an image or a video")
        self._why = label("", "problem", wraps=True)
        self._kind_of = QWidget()
        self._kind = Segmented(
            theme, "Where the image comes from", [Option(kind, kind.lower()) for kind in MEDIA_KINDS]
        )
        row = QHBoxLayout(self._kind_of)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label("This ID is of a picture I", "secondary"))
        row.addWidget(self._kind, 1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        parts = self._choose, self._heading, self._recent, self._clips, self._or, self._line, self._why, self._kind_of
        for part in parts:
            column.addWidget(part)
        self._line.returnPressed.connect(self._submit)
        self._line.installEventFilter(self)
        self._line.textEdited.connect(lambda _: self._say(""))
        self._choose.clicked.connect(self._ask_to_browse)
        for thumbs in (self._recent, self._clips):
            thumbs.chosen.connect(self._take)
        self._kind.chosen.connect(self._choose_kind)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        self.hide()

    @property
    def place(self) -> Place | None:
        """Where it is open; None while it is closed."""
        return self._place if self.isVisible() else None

    def open_at(self, place: Place, held: Media | None, typed: str, slot: QWidget) -> None:
        """Show what `place` holds, with what the user has `typed` already, beside `slot`."""
        self._place = place
        widget_state.show_text(self._line, typed or (held.id if isinstance(held, StoredMedia) else ""))
        self._or.setText("or paste an ID or a web address" if place.takes_images else "or paste a clip's ID")
        self._line.setPlaceholderText(
            "ID at Leonardo, or the address of a picture" if place.takes_images else "ID of a clip at Leonardo"
        )
        self._kind_of.setVisible(place.takes_images and isinstance(held, StoredMedia))
        if isinstance(held, StoredMedia):
            self._kind.show_chosen(held.kind)
        self._show_choices(place)
        self.setAccessibleName(place.name)
        self._say("")
        self._stay_beside(slot)
        self.show()
        self.raise_()
        begin = self._choose if place.takes_images else next(iter(self._clips.buttons), self._line)
        if self._line.text():
            begin = self._line
        begin.setFocus(Qt.FocusReason.PopupFocusReason)
        if typed:
            self._line.end(False)
        else:
            self._line.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return event.matches(QKeySequence.StandardKey.Paste) and self._paste_picture()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        elif event.matches(QKeySequence.StandardKey.Paste):
            if self._paste_picture():
                return
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)
            self._line.paste()
        elif is_typing(event):
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)
            self._line.insert(event.text())
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        if self._place is None:
            return
        why = self._intake.insert_text(self._place, self._line.text())
        if why:
            self._say(why)
        else:
            self._close()

    def _paste_picture(self) -> bool:
        """Put anything but text into the slot; returns False for text, which the line takes."""
        data = QGuiApplication.clipboard().mimeData()
        if self._place is None or not is_media(data):
            return False
        place = self._place
        self._close()
        self._intake.insert_data(place, data)
        return True

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
        self.closed.emit(place)
        self.hide()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self.hide()

    def _show_choices(self, place: Place) -> None:
        clips = [MediaChoice(clip.video, clip.prompt) for clip in self._clips_now()] if not place.takes_images else []
        recent = self._recents() if place.takes_images else []
        self._recent.show_choices(recent)
        self._clips.show_choices(clips)
        self._heading.setText("Recent pictures" if place.takes_images else "Your clips" if clips else _NO_CLIPS)
        self._heading.setVisible(bool(recent) or not place.takes_images)
        buttons = (*self._recent.buttons, *self._clips.buttons)
        for before, part in pairwise((self._choose, *buttons, self._line, self._kind)):
            self.setTabOrder(before, part)

    def _recents(self) -> list[MediaChoice]:
        """Those of another account come last and are marked."""
        recents = self._intake.recents
        told = [MediaChoice(one.media, name_of(one.media), one.is_foreign(recents.account)) for one in recents.all]
        return sorted(told, key=lambda choice: choice.foreign)

    def _fit(self) -> None:
        self._column.activate()
        width = min(_WIDTH, self._host.width() - 2 * _MARGIN)
        bends = self._column.hasHeightForWidth()
        self.resize(width, self._column.totalHeightForWidth(width) if bends else self._column.totalSizeHint().height())

    def _stay_beside(self, slot: QWidget | None) -> None:
        self._following.attach_to(slot)
        self._move_beside()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stay_beside(None)

    def _move_beside(self) -> None:
        self._fit()
        slot, host = self._following.target, self._host
        if slot is None:
            return
        corner = slot.mapTo(host, QPoint(0, slot.height() + _GAP))
        if corner.y() + self.height() > host.height() - 8:
            corner = slot.mapTo(host, QPoint(0, -self.height() - _GAP))
        left = max(_MARGIN, min(corner.x(), host.width() - self.width() - _MARGIN))
        self.move(left, max(8, corner.y()))
