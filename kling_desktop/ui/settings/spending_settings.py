"""Spending limits and the user's own prices, a part of the settings."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from kling_desktop.domain.spending.prices import CREDITS, DOLLARS, parse_amount
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import LinkButton, Option, Segmented, label

_UNITS = [Option(DOLLARS, "Dollars"), Option(CREDITS, "Credits")]
_CAPS = (("day_cap", "per day"), ("session_cap", "per session"))
_PRICES = (("price_5s", "5 seconds"), ("price_10s", "10 seconds"), ("price_edit", "an edit"))
_NAMES = {
    "day_cap": "Limit per day",
    "session_cap": "Limit per session",
    "price_5s": "Price of 5 seconds",
    "price_10s": "Price of 10 seconds",
    "price_edit": "Price of an edit",
}


class SpendingSettings(QWidget):
    """Emits `changed(name, value)` at once, with the names of the settings file, for valid values. `height_changed`:
    by one line.
    """

    changed = Signal(str, object)
    height_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        unit: str,
        amounts: Mapping[str, str],
        learned: Mapping[str, str] = MappingProxyType({}),
        parent: QWidget | None = None,
        *,
        limits_unknown: bool = False,
    ) -> None:
        """learned: the prices used where none is set, by the same names; without unknown ones. limits_unknown: limits
        were set that can't be read any more.
        """
        super().__init__(parent)
        self.fields: dict[str, QLineEdit] = {}
        self._units = Segmented(theme, "Limits and prices are in", _UNITS)
        self._units.show_chosen(unit)
        self._units.chosen.connect(self._choose_unit)
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACE.L)
        rows.setVerticalSpacing(SPACE.M)
        rows.setColumnMinimumWidth(0, theme.px(168))
        rows.setColumnStretch(1, 1)
        rows.addWidget(label("Limits and prices in"), 0, 0)
        rows.addWidget(self._units, 0, 1)
        rows.addWidget(_beside_fields(theme, "Ask before exceeding"), 1, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(self._row(_CAPS, amounts, dict.fromkeys(dict(_CAPS), "no limit")), 1, 1)
        rows.addWidget(_beside_fields(theme, "My own prices"), 2, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(self._row(_PRICES, amounts, learned), 2, 1)
        self._problem = label("", "problem", wraps=True)
        self._problem.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.S)
        column.addLayout(rows)
        column.addWidget(self._problem)
        self._no_limit = LinkButton(theme, "I want no limit")
        self._no_limit.clicked.connect(self._choose_no_limit)
        self._no_limit.setVisible(limits_unknown)
        column.addWidget(self._no_limit, 0, Qt.AlignmentFlag.AlignLeft)
        if limits_unknown:
            self._problem.setText("Your limits couldn't be read, so every Generate asks first. Set them again.")
            self._problem.setVisible(True)
        about = "Limits count all profiles, including batches and the command line. A session is one run of the app."
        about += " Without a price of your own, the last real cost of the same kind is used."
        column.addWidget(label(about, "caption", wraps=True))

    def _row(
        self, fields: tuple[tuple[str, str], ...], amounts: Mapping[str, str], empty: Mapping[str, str]
    ) -> QGridLayout:
        row = QGridLayout()
        row.setHorizontalSpacing(SPACE.S)
        row.setVerticalSpacing(2)
        for place, (name, words) in enumerate(fields):
            field = self.fields[name] = QLineEdit(amounts[name])
            field.setPlaceholderText(empty.get(name, "as a clip"))
            field.setAccessibleName(_NAMES[name])
            field.setMinimumWidth(QFontMetrics(field.font()).horizontalAdvance("0") * 9)
            field.textEdited.connect(lambda text, name=name: self._read(name, text))
            row.addWidget(field, 0, place)
            row.addWidget(label(words, "caption"), 1, place, Qt.AlignmentFlag.AlignLeft)
            row.setColumnStretch(place, 1)
        return row

    def _choose_unit(self, unit: object) -> None:
        self._units.show_chosen(unit)
        self.changed.emit("money_unit", unit)

    def _choose_no_limit(self) -> None:
        self._no_limit.setVisible(False)
        self._show_problem(False)
        self.changed.emit("limits_unknown", False)

    def _read(self, name: str, text: str) -> None:
        try:
            parse_amount(text)
        except ValueError as error:
            self._problem.setText(f"{_NAMES[name]}: {error} The old value stays until this is fixed.")
            self._show_problem(True)
            return
        self._show_problem(False)
        if name in dict(_CAPS):
            self._no_limit.setVisible(False)
        self.changed.emit(name, text.strip())

    def _show_problem(self, shown: bool) -> None:
        self._problem.setVisible(shown)
        self.height_changed.emit()


def _beside_fields(theme: Theme, words: str) -> QWidget:
    """A label in the middle of the fields, not of the fields and the captions below them."""
    made = label(words)
    made.setMinimumHeight(theme.px(32))
    return made
