"""The switch between the five generation types."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.request.generation_type import GenerationType, next_slot_for, selected_type
from kling_desktop.domain.request.slot_rules import type_blocked_reason
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Option, Segmented
from kling_desktop.ui.widgets.choice_row import Cell

_SHORT = {
    GenerationType.TEXT: "Text",
    GenerationType.START: "Start",
    GenerationType.START_AND_END: "Start + end",
    GenerationType.REFERENCES: "References",
    GenerationType.EDIT: "Edit video",
}


class TypeSwitch(Segmented):
    """Choosing a type parks what it doesn't use, and stays marked until another is chosen or the slots imply one.

    Emits `type_requested(slot)` when a slot has to be filled first: at once with the mouse; with Enter or Space on the
    keyboard, so that the arrows can pass every type.
    """

    type_requested = Signal(object)

    def __init__(self, theme: Theme, composer: Composer, parent: QWidget | None = None) -> None:
        super().__init__(
            theme, "Generation type", [Option(way, _SHORT[way], tip=way.value) for way in GenerationType], parent
        )
        self._composer = composer
        self._by_key = False
        self.chosen.connect(self._choose)

    def show_type(self) -> None:
        """Show the chosen type, or the one that the slots imply."""
        spec = self._composer.form.spec
        reasons = {way: type_blocked_reason(way, spec) for way in GenerationType}
        self.show_options(
            [Option(way, _SHORT[way], not reason, reason or way.value) for way, reason in reasons.items()]
        )
        self.show_chosen(selected_type(self._composer.draft))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self._lead(selected_type(self._composer.draft))
            return
        self._by_key = True
        super().keyPressEvent(event)
        self._by_key = False

    def _ask(self, cell: Cell) -> None:
        if cell.isChecked() and not self._by_key:
            self._lead(selected_type(self._composer.draft))
        else:
            super()._ask(cell)

    def _choose(self, way: GenerationType) -> None:
        self._composer.switch_type(way)
        self.show_type()
        if not self._by_key:
            self._lead(way)

    def _lead(self, way: GenerationType) -> None:
        slot = next_slot_for(self._composer.draft, way)
        if slot is not None:
            self.type_requested.emit(slot)
