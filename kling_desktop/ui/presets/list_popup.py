"""The list of presets: search, load, reorder, rename, delete."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QVBoxLayout, QWidget

from kling_desktop.domain.presets.preset import Preset
from kling_desktop.ui.presets.popup import PresetPopup
from kling_desktop.ui.presets.preset_delegate import ROW, PresetDelegate
from kling_desktop.ui.presets.preset_model import PresetModel
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import label
from kling_desktop.ui.widgets.menu import Menu

_MOST_ROWS = 9
_ABOVE = 84


class PresetAction(Enum):
    """What can be done with a preset of the list, apart from loading, moving and pinning it."""

    RENAME = auto()
    EDIT_TAGS = auto()
    DUPLICATE = auto()
    DELETE = auto()
    EXPORT = auto()
    USE_FOR_NEW_FORMS = auto()
    USE_LAST_FOR_NEW_FORMS = auto()
    START_NEW_FORMS_EMPTY = auto()


class PresetListPopup(PresetPopup):
    """Emits `load_requested(id)` and closes; `action_requested(id, PresetAction)` for everything else.

    Emits `move_requested(id, position)` and `pin_requested(id, number or 0)`. Keys: arrows and Enter, F2, Del, Ctrl+D,
    Alt+↑ ↓ or dragging; typing filters.
    """

    load_requested = Signal(str)
    action_requested = Signal(str, object)
    move_requested = Signal(str, int)
    pin_requested = Signal(str, int)
    export_requested = Signal(object)
    """The IDs of all presets that match what was typed."""

    def __init__(
        self, theme: Theme, box: QWidget, host: QWidget, picture_of: Callable[[Preset], QImage | None]
    ) -> None:
        super().__init__(theme, box, host)
        self._model = PresetModel(self)
        self._rows = PresetDelegate(theme, picture_of)
        self._begins_with_last = False
        self._find = QLineEdit()
        self._find.setPlaceholderText("Find a preset")
        self._find.setAccessibleName("Find a preset")
        self.list = QListView()
        self.list.setAccessibleName("Presets")
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._rows)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setStyleSheet("background: transparent")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.list.setDropIndicatorShown(True)
        self._model.move_requested.connect(self.move_requested)
        self._nothing = label("", "secondary", wraps=True)
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.S, SPACE.S, SPACE.S, SPACE.S)
        column.setSpacing(SPACE.S)
        column.addWidget(self._find)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing)
        column.addWidget(label("Enter loads · drag to reorder · right-click for more", "caption"))
        self._find.textChanged.connect(self._filter)
        self._find.installEventFilter(self)
        self.list.clicked.connect(self._load)

    def show_presets(
        self, presets: Sequence[Preset], pins: Mapping[str, int], default: str, *, begins_with_last: bool = False
    ) -> None:
        """Show these presets; the selected row stays selected."""
        kept = self._chosen_id()
        self._rows.pins, self._rows.default = pins, default
        self._begins_with_last = begins_with_last
        self._model.set_presets(presets)
        self._choose(kept)
        self._say_if_nothing()

    def open_at(self, current: str, typed: str = "") -> None:
        """Open with the current preset selected, or filtered by what was typed already."""
        self._find.setText(typed)
        if not typed:
            self._choose(current)
        self._say_if_nothing()
        self.open_below(self._wanted_height())
        self._begin()

    def reopen_at(self, preset_id: str) -> None:
        """Open it again as it was left, for another thing to do with that preset or the ones around it."""
        if self._model.row_of(preset_id) >= 0:
            self._choose(preset_id)
        self._reopen_below(self._wanted_height())
        self._begin()

    def _wanted_height(self) -> int:
        return _ABOVE + ROW * max(2, min(_MOST_ROWS, self._model.rowCount()))

    def _begin(self) -> None:
        self._find.setFocus(Qt.FocusReason.PopupFocusReason)
        self.list.scrollTo(self.list.currentIndex())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._takes(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.list.currentIndex()
            at = self.list.viewport().mapToGlobal(self.list.visualRect(index).center())
        else:
            index = self.list.indexAt(self.list.viewport().mapFromGlobal(event.globalPos()))
            at = event.globalPos()
        if index.isValid():
            self.list.setCurrentIndex(index)
            self._offer(self._model.preset(index.row()), at)

    def _takes(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        up_or_down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        row, chosen = self.list.currentIndex().row(), self._chosen_id()
        if up_or_down and held == Qt.KeyboardModifier.AltModifier:
            if chosen and not self._model.is_filtered and 0 <= row + up_or_down < self._model.rowCount():
                self.move_requested.emit(chosen, row + up_or_down)
        elif up_or_down and not held:
            self.list.setCurrentIndex(self._model.index(max(0, min(row + up_or_down, self._model.rowCount() - 1))))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            self._load(self.list.currentIndex())
        elif event.key() == Qt.Key.Key_Escape and self._find.text():
            self._find.clear()
        elif chosen and event.key() == Qt.Key.Key_F2:
            self.action_requested.emit(chosen, PresetAction.RENAME)
        elif chosen and event.key() == Qt.Key.Key_Delete and self._find.cursorPosition() == len(self._find.text()):
            self.action_requested.emit(chosen, PresetAction.DELETE)
        elif chosen and event.key() == Qt.Key.Key_D and held == Qt.KeyboardModifier.ControlModifier:
            self.action_requested.emit(chosen, PresetAction.DUPLICATE)
        else:
            return False
        return True

    def _offer(self, preset: Preset, at: QPoint) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Load\tEnter", partial(self._emit_loaded, preset.id))
        menu.addSeparator()
        for words, what in (
            ("Rename…\tF2", PresetAction.RENAME),
            ("Tags…", PresetAction.EDIT_TAGS),
            ("Duplicate\tCtrl+D", PresetAction.DUPLICATE),
        ):
            menu.addAction(words, partial(self.action_requested.emit, preset.id, what))
        row = self._model.row_of(preset.id)
        for words, to in (("Move up\tAlt+Up", row - 1), ("Move down\tAlt+Down", row + 1)):
            is_open = not self._model.is_filtered and 0 <= to < self._model.rowCount()
            menu.addAction(words, partial(self.move_requested.emit, preset.id, to)).setEnabled(is_open)
        pins = menu.addMenu("Pin to a key")
        for number in range(1, 10):
            action = pins.addAction(f"Ctrl+{number}", partial(self.pin_requested.emit, preset.id, number))
            action.setCheckable(True)
            action.setChecked(self._rows.pins.get(preset.id) == number)
        pins.addAction("No key", partial(self.pin_requested.emit, preset.id, 0)).setEnabled(
            preset.id in self._rows.pins
        )
        begins = menu.addMenu("Use for new forms")
        default = self._rows.default
        for words, what, chosen in (
            ("This preset", PresetAction.USE_FOR_NEW_FORMS, default == preset.id and not self._begins_with_last),
            ("The last preset used", PresetAction.USE_LAST_FOR_NEW_FORMS, self._begins_with_last),
            ("An empty form", PresetAction.START_NEW_FORMS_EMPTY, not default and not self._begins_with_last),
        ):
            action = begins.addAction(words, partial(self.action_requested.emit, preset.id, what))
            action.setCheckable(True)
            action.setChecked(chosen)
        menu.addAction("Export…", partial(self.action_requested.emit, preset.id, PresetAction.EXPORT))
        if self._model.is_filtered and (count := self._model.rowCount()) > 1:
            shown = tuple(self._model.preset(at).id for at in range(count))
            menu.addAction(f"Export these {count}…", partial(self.export_requested.emit, shown))
        menu.addSeparator()
        menu.addAction("Delete\tDel", partial(self.action_requested.emit, preset.id, PresetAction.DELETE))
        menu.popup(at)

    def _filter(self, typed: str) -> None:
        self._model.find(typed)
        self.list.setCurrentIndex(self._model.index(0))
        self._say_if_nothing()

    def _say_if_nothing(self) -> None:
        nothing = not self._model.rowCount()
        if not nothing and not self.list.isHidden():
            return  # as it was: a new layout would take longer than the search
        sentence = (
            "No presets match." if self._model.is_filtered else "Press Ctrl+Shift+S to save the form as a preset."
        )
        self._nothing.setText(sentence)
        self._nothing.setVisible(nothing)
        self.list.setVisible(not nothing)

    def _load(self, index: QModelIndex) -> None:
        if index.isValid():
            self._emit_loaded(self._model.preset(index.row()).id)

    def _emit_loaded(self, preset_id: str) -> None:
        self.close_popup()
        self.load_requested.emit(preset_id)

    def _choose(self, preset_id: str) -> None:
        self.list.setCurrentIndex(self._model.index(max(0, self._model.row_of(preset_id))))

    def _chosen_id(self) -> str:
        row = self.list.currentIndex().row()
        return self._model.preset(row).id if 0 <= row < self._model.rowCount() else ""
