"""What a table requests, row by row, and the total price, before anything is submitted."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.parsing.batch_row import BatchRow, BatchSelection, batch_selection, batch_summary
from kling_desktop.domain.text import plural
from kling_desktop.ui.batch.rows import BatchRowView
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, LinkButton, PrimaryButton, label
from kling_desktop.ui.widgets.dialog import Dialog

_SIZE = (760, 600)


class BatchDialog(Dialog):
    """Shown with open(). Emits `submit_requested` with the selected rows. left_of returns what they leave of a
    limit, and whether they exceed it.
    """

    submit_requested = Signal(list)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        name: str,
        rows: Sequence[BatchRow],
        warnings: Sequence[str],
        left_of: Callable[[BatchSelection], tuple[str, bool]],
    ) -> None:
        super().__init__(theme, parent, name, width=_SIZE[0], height=_SIZE[1])
        self._left_of = left_of
        self.rows = BatchRowView(theme, rows)
        self.rows.rows.selection_changed.connect(self._show)
        self._total = label("", "strong")
        self._left = label("", "secondary")
        self.go = PrimaryButton(theme, "Generate", compact=True)
        self.go.triggered.connect(self._go)
        column = self.body
        column.addLayout(self._head(batch_summary(rows)))
        for warning in warnings:
            column.addWidget(label(warning, "secondary", wraps=True))
        column.addWidget(self.rows, 1)
        self._add_foot()
        self._show()
        # The rows first: Enter must not spend money before they have been reviewed.
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self, told: str) -> QHBoxLayout:
        everything = LinkButton(self._theme, "Select all")
        everything.clicked.connect(lambda: self._choose(lambda _row: True))
        nothing = LinkButton(self._theme, "Select none")
        nothing.clicked.connect(lambda: self._choose(lambda _row: False))
        head = QHBoxLayout()
        head.setSpacing(SPACE.M)
        head.addWidget(label(told, "secondary"))
        head.addStretch()
        head.addWidget(everything)
        head.addWidget(nothing)
        return head

    def _add_foot(self) -> None:
        cancel = Button(self._theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        sums = QWidget()
        column = QVBoxLayout(sums)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._total)
        column.addWidget(self._left)
        self.add_buttons(cancel, self.go, left=(sums,))

    def _choose(self, wanted: Callable[[BatchRow], bool]) -> None:
        self.rows.rows.choose([wanted(row) for row in self.rows.rows.rows])

    def _show(self) -> None:
        chosen = batch_selection(self.rows.rows.rows)
        left, passes = self._left_of(chosen)
        self._total.setText(_told(chosen))
        self._left.setText(left)
        self._left.setVisible(bool(left))
        self._left.setProperty("role", "problem" if passes else "secondary")
        self._left.style().polish(self._left)
        if chosen.takes:
            self.go.show_ready(plural(chosen.takes, one="Generate {count} take", other="Generate {count} takes"), "")
        else:
            self.go.show_blocked("Select a row first")
        self.go.setAccessibleName(self.go.text())

    def _go(self) -> None:
        if batch_selection(self.rows.rows.rows).takes:
            self.accept()
            self.submit_requested.emit(self.rows.rows.rows)


def _told(chosen: BatchSelection) -> str:
    if not chosen.takes:
        return "Nothing is selected"
    known = f"about {chosen.total}" if chosen.unpriced < chosen.takes else ""
    unknown = f"{chosen.unpriced} at an unknown price" if chosen.unpriced else ""
    return ", ".join(filter(None, (known, unknown)))
