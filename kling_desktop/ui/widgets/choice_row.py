"""One of several options, side by side: the behaviour of Segmented and AspectTiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.pressable import Pressable


@dataclass(frozen=True, slots=True)
class Option:
    """An option. When not `enabled`, `tip` is the sentence that says why."""

    value: object
    text: str
    enabled: bool = True
    tip: str = ""


OptionT = TypeVar("OptionT", bound=Option)


class Cell(Pressable):
    """One option of a row. The row has the focus, not the cell."""

    def __init__(self, theme: Theme, option: Option, parent: QWidget) -> None:
        super().__init__(theme, option.text, 0, parent)
        self.option = option
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_option(option)

    def show_option(self, option: Option) -> None:
        """Show the cell's option again, now enabled or disabled."""
        self.option = option
        self.setToolTip(plain_tip(option.tip))
        self.setAccessibleDescription("" if option.enabled else option.tip)
        self.update()

    def nextCheckState(self) -> None:
        """A click only asks: the form decides what is chosen."""


class ChoiceRow(QWidget, Generic[OptionT]):
    """A row of cells. Emits `chosen(value)` when the user asks for another one; `show_chosen` shows what was decided.

    ← → Home End move between enabled cells. A click on a disabled one shows its reason at once.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        name: str,
        options: Sequence[OptionT],
        radius: int,
        gap: int,
        margin: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setProperty("ring", radius)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._gap, self._margin, self._lines = gap, margin, 1
        self._cells: list[Cell] = []
        self._fill(options)

    def _fill(self, options: Sequence[OptionT]) -> None:
        self._cells = [self._cell(option) for option in options]
        for cell in self._cells:
            cell.clicked.connect(lambda _=False, asked=cell: self._ask(asked))

    def offer(self, options: Sequence[OptionT]) -> None:
        """Offer these options from now on. Nothing is chosen until `show_chosen`."""
        if [cell.option for cell in self._cells] == list(options):
            return
        for cell in self._cells:
            cell.hide()
            cell.deleteLater()
        self._fill(options)
        for cell in self._cells:
            cell.show()
        self._place()
        self.updateGeometry()

    def _cell(self, option: OptionT) -> Cell:
        raise NotImplementedError

    def _share(self, _cell: Cell) -> int:
        """Its share of the row's width, relative to other cells."""
        return 1

    def _lines_in(self, _width: int) -> int:
        """On how many lines they stand at a width."""
        return 1

    def _width_of(self, cells: Sequence[Cell], *, least: bool = False) -> int:
        hints = [cell.minimumSizeHint() if least else cell.sizeHint() for cell in cells]
        return sum(hint.width() + self._gap for hint in hints) - self._gap + 2 * self._margin

    def _height(self) -> int:
        cell = max((cell.sizeHint().height() for cell in self._cells), default=0)
        return self._lines * (cell + self._gap) - self._gap + 2 * self._margin

    def sizeHint(self) -> QSize:
        return QSize(self._width_of(self._cells), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_of(self._cells, least=True) // self._lines, self._height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a cell wants another size
            self._place()
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        lines = self._lines_in(self.width())
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()
        per_line = ceil(len(self._cells) / lines)
        height = max((cell.sizeHint().height() for cell in self._cells), default=0)
        for line in range(lines):
            cells = self._cells[line * per_line : (line + 1) * per_line]
            room = self.width() - 2 * self._margin - self._gap * (len(cells) - 1)
            shares = [self._share(cell) for cell in cells]
            left, at = float(self._margin), self._margin + line * (height + self._gap)
            for cell, share in zip(cells, shares, strict=True):
                right = left + room * share / sum(shares)
                cell.setGeometry(round(left), at, round(right) - round(left), height)
                left = right + self._gap

    @property
    def value(self) -> object:
        """The option shown as chosen; None when there is none."""
        return next((cell.option.value for cell in self._cells if cell.isChecked()), None)

    def show_chosen(self, value: object) -> None:
        """Mark the option with this value; none if there is no such option."""
        for cell in self._cells:
            cell.setChecked(cell.option.value == value)

    def show_options(self, options: Sequence[OptionT]) -> None:
        """Show the same options in the same order, now enabled or disabled."""
        for cell, option in zip(self._cells, options, strict=True):
            cell.show_option(option)

    def cell(self, value: object) -> Cell:
        """The cell of an option. Raises StopIteration for an unknown value."""
        return next(cell for cell in self._cells if cell.option.value == value)

    def _ask(self, cell: Cell) -> None:
        if not cell.option.enabled:
            QToolTip.showText(cell.mapToGlobal(QPoint(0, cell.height())), plain_tip(cell.option.tip), cell)
        elif not cell.isChecked():
            self.chosen.emit(cell.option.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        open_cells = [cell for cell in self._cells if cell.option.enabled]
        at = next((index for index, cell in enumerate(open_cells) if cell.isChecked()), -1)
        last = len(open_cells) - 1
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                to = max(at - 1, 0)
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                to = min(at + 1, last)
            case Qt.Key.Key_Home:
                to = 0
            case Qt.Key.Key_End:
                to = last
            case _:
                super().keyPressEvent(event)
                return
        if open_cells:
            self._ask(open_cells[to])
