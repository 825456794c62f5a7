"""The presets that fit what was typed, as a Qt model."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kling_desktop.domain.finding import found, plain
from kling_desktop.domain.preset import Preset

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class Role(IntEnum):
    PRESET = Qt.ItemDataRole.UserRole + 1


class PresetModel(QAbstractListModel):
    """Row 0 is the first in the user's order, or the likeliest of those that fit."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presets: tuple[Preset, ...] = ()
        self._names: tuple[str, ...] = ()
        self._typed = ""
        self._shown: list[int] = []

    def set_presets(self, presets: Sequence[Preset]) -> None:
        self._presets = tuple(presets)
        self._names = tuple(plain(" ".join((preset.name, *preset.tags))) for preset in presets)
        self._find()

    def find(self, typed: str) -> None:
        """Show those that fit."""
        if typed != self._typed:
            self._typed = typed
            self._find()

    @property
    def is_filtered(self) -> bool:
        return bool(self._typed.strip())

    def preset(self, row: int) -> Preset:
        return self._presets[self._shown[row]]

    def row_of(self, preset_id: str) -> int:
        """Where a preset is shown; -1 where it isn't."""
        return next((row for row, at in enumerate(self._shown) if self._presets[at].id == preset_id), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        preset = self.preset(index.row())
        match role:
            case Role.PRESET:
                return preset
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return preset.name
            case Qt.ItemDataRole.ToolTipRole:
                return None
        return None

    def _find(self) -> None:
        self.beginResetModel()
        self._shown = found(self._typed, self._names)
        self.endResetModel()
