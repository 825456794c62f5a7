"""A rejection, shown over what is below the slot so that the form doesn't move."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.ui.composer.slots.notes import Note, NoteList
from kling_desktop.ui.composer.slots.widget_anchor import WidgetAnchor
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import CardFrame, IconButton

_MARGIN = 16
_GAP = 6
READ_MS = 12_000


class RejectionCard(CardFrame):
    """Emits `action_requested` with a link's action, and `dismissed` after a while or when closed (×, or Esc in the
    form).

    It stays while the pointer is on it.
    """

    action_requested = Signal(object)
    dismissed = Signal()

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(theme, floating=True, parent=host)
        self._host = host
        self._notes = NoteList(theme)
        self._following = WidgetAnchor(host, self._place)
        self._over = QTimer(self, singleShot=True)
        self._over.setInterval(READ_MS)
        self._over.timeout.connect(self.dismissed)
        close = IconButton(theme, "close", "Close", shortcut="Esc", side=24)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.M, SPACE.S, SPACE.S, SPACE.S)
        row.setSpacing(SPACE.S)
        row.addWidget(self._notes, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._notes.action_requested.connect(self.action_requested)
        close.clicked.connect(self.dismissed)
        self.hide()

    def show_notes(self, notes: Sequence[Note], slot: QWidget) -> None:
        """Show these notes below `slot`; hide when there are none."""
        if not notes:
            self._over.stop()
            self._following.attach_to(None)
            self.hide()
        if not notes or (tuple(notes) == self._notes.notes and self.isVisible()):
            return
        self._notes.show_notes(notes)
        self.setAccessibleName(" ".join(note.text for note in notes))
        self._following.attach_to(slot)
        self.show()
        self.raise_()
        self._place()
        self._over.start()

    def _place(self) -> None:
        slot, layout = self._following.target, self.layout()
        if slot is None or layout is None:
            return
        self.resize(self._host.width() - 2 * _MARGIN, layout.totalSizeHint().height())
        below = slot.mapTo(self._host, QPoint(0, slot.height() + _GAP)).y()
        if below + self.height() > self._host.height() - SPACE.S:
            below = slot.mapTo(self._host, QPoint(0, -self.height() - _GAP)).y()
        self.move(_MARGIN, max(SPACE.S, below))

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a label only now knows how many lines it needs
            self._place()
        return handled

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._over.start()
