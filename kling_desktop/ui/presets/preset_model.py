"""The presets that match what was typed, as a Qt model."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from kling_desktop.domain.fuzzy_match import normalize, rank
from kling_desktop.domain.presets.preset import Preset

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_MIME = "application/x-kling-preset-row"


class PresetRole(IntEnum):
    PRESET = Qt.ItemDataRole.UserRole + 1


class PresetModel(QAbstractListModel):
    """Row 0 is the first in the user's order, or the best match. Emits `move_requested(id, row)` when one is
    dragged; the owner moves it.
    """

    move_requested = Signal(str, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presets: tuple[Preset, ...] = ()
        self._names: tuple[str, ...] = ()
        self._typed = ""
        self._shown: list[int] = []

    def set_presets(self, presets: Sequence[Preset]) -> None:
        self._presets = tuple(presets)
        self._names = tuple(normalize(" ".join((preset.name, *preset.tags))) for preset in presets)
        self._find()

    def find(self, typed: str) -> None:
        """Show those that match."""
        if typed != self._typed:
            self._typed = typed
            self._find()

    @property
    def is_filtered(self) -> bool:
        return bool(self._typed.strip())

    def preset(self, row: int) -> Preset:
        return self._presets[self._shown[row]]

    def row_of(self, preset_id: str) -> int:
        """The row of a preset; -1 if it isn't shown."""
        return next((row for row, at in enumerate(self._shown) if self._presets[at].id == preset_id), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        preset = self.preset(index.row())
        match role:
            case PresetRole.PRESET:
                return preset
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return preset.name
            case Qt.ItemDataRole.ToolTipRole:
                return None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """They can be dragged, unless they are sorted by match."""
        flags = super().flags(index)
        if self.is_filtered:
            return flags
        # Between two rows, never onto one.
        return flags | (Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled)

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(_MIME, self.preset(indexes[0].row()).id.encode())
        return data

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, _parent: Index) -> bool:
        preset_id = bytes(data.data(_MIME).data()).decode()
        at = self.row_of(preset_id)
        if at >= 0 and not self.is_filtered:
            to = row if row >= 0 else self.rowCount()
            # Above its own row the others keep their numbers; below, they move up by one.
            to -= to > at
            if to != at:
                self.move_requested.emit(preset_id, to)
        return False  # or the view would remove the row

    def _find(self) -> None:
        self.beginResetModel()
        self._shown = rank(self._typed, self._names)
        self.endResetModel()
