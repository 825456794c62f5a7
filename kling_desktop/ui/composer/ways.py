"""The line that says which way the request now is, and leads to the other four."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.ways import Way, wanted_by, way_of
from kling_desktop.work.composer import Composer

from ..theme import Theme
from ..widgets import Option, Segmented

_SHORT = {
    Way.TEXT: "Text",
    Way.START: "Start",
    Way.START_AND_END: "Start + end",
    Way.REFERENCES: "References",
    Way.EDIT: "Edit video",
}


class WayLine(Segmented):
    """Choosing a way parks what it has no use for. `wanted(slot)` when a slot is to be filled before it is that way.

    By keyboard the arrows only look around: Enter or Space goes on to the slot, so that no way is out of reach.
    """

    wanted = Signal(object)

    def __init__(self, theme: Theme, composer: Composer, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Way", [Option(way, _SHORT[way], tip=way.value) for way in Way], parent)
        self._composer = composer
        self._asked: Way | None = None
        self._by_key = False
        self.chosen.connect(self._choose)

    def show_way(self) -> None:
        """Mark what the request is; while the arrows look around, where they are."""
        self.show_chosen(self._asked or way_of(self._composer.draft))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self._lead(self._asked)
            return
        self._by_key = True
        super().keyPressEvent(event)
        self._by_key = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._asked = None
        self.show_way()

    def _choose(self, way: Way) -> None:
        self._asked = way if self._by_key else None
        self._composer.use_way(way)
        self.show_way()
        if not self._by_key:
            self._lead(way)

    def _lead(self, way: Way | None) -> None:
        slot = wanted_by(self._composer.draft, way) if way else None
        if slot is not None:
            self.wanted.emit(slot)
