"""One place of the form: the frame of a slot, with the keyboard, the menu and the drops that it takes."""

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import Theme
from ..widgets import SlotFrame
from .intake import Intake
from .offers import read_offer
from .places import Place


class SlotBox(SlotFrame):
    """Gives whatever it is given to the intake. `asked(place, typed)` when the user wants to fill or change it."""

    asked = Signal(object, str)
    copy_requested = Signal()

    def __init__(
        self, theme: Theme, place: Place, intake: Intake, *, mini: bool, parent: QWidget | None = None
    ) -> None:
        icon = "plus" if place.takes_images else "film"
        super().__init__(theme, place.name, lambda data: intake.answer(place, data), icon=icon, parent=parent)
        self.place = place
        self._mini = mini
        # Heights bend before the form has to scroll.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.dropped.connect(lambda data: intake.give(place, read_offer(data)))
        self.pasted.connect(lambda data: intake.give(place, read_offer(data)))
        self.refused.connect(lambda sentence: intake.refuse(place.slot, sentence))
        self.remove_requested.connect(lambda: intake.take_out(place))
        self.activated.connect(lambda: self.asked.emit(place, ""))

    def paste(self) -> None:
        """What Ctrl+V does."""
        data: QMimeData = QGuiApplication.clipboard().mimeData()
        self._give(data, self.pasted.emit)

    def sizeHint(self) -> QSize:
        return QSize(68, 68) if self._mini else QSize(178, 111)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 56) if self._mini else QSize(120, 76)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif _is_typing(event):
            self.asked.emit(self.place, event.text())
        else:
            super().keyPressEvent(event)

    def dragMoveEvent(self, event: QDropEvent) -> None:
        # Accepted even where it will be refused: only a drop that arrives can be answered with the reason.
        event.acceptProposedAction()


def _is_typing(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return not held and event.text().isprintable() and bool(event.text().strip())
