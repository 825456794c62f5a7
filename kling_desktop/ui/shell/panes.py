"""The panes of the window: the form, the content area, the lower pane. Each can be resized and hidden."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from kling_desktop.ui.shell.bottom_pane import BottomPane
from kling_desktop.ui.shell.layout import BELOW, FORM, Layout

_FORM_WIDTHS = ((2560, 480), (1920, 440), (0, 408))
"""From which width of the window the form is how wide, unless the user has dragged its edge."""
_BELOW_HEIGHT = 246


class Panes(QSplitter):
    """Emits `changed` when a pane is shown or hidden, and `moved` when the user resizes one. The content area is
    always shown.
    """

    changed = Signal()
    moved = Signal()

    def __init__(self, form: QWidget, middle: QWidget, below: BottomPane, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._below = below
        self._panes: dict[str, QWidget] = {FORM: form, BELOW: below}
        self._hidden = {BELOW}
        self._alone = False
        self._right = QSplitter(Qt.Orientation.Vertical)
        self._size = {FORM: 0, BELOW: _BELOW_HEIGHT}
        for splitter, first, second in ((self._right, middle, below), (self, form, self._right)):
            splitter.addWidget(first)
            splitter.addWidget(second)
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
            splitter.splitterMoved.connect(lambda _at, _index: self._note_sizes())
        self.setStretchFactor(1, 1)
        self._right.setStretchFactor(0, 1)
        self.resize(1440, 900 - 74)
        self._apply()

    def shows(self, name: str) -> bool:
        """Whether the pane of that name should be visible."""
        return name not in self._hidden

    def show_pane(self, name: str, shown: bool = True) -> None:
        if shown != self.shows(name):
            self._hidden.symmetric_difference_update({name})
            self._apply()
            self.changed.emit()

    def show_alone(self, alone: bool) -> None:
        """Show only the content area, or everything again."""
        self._alone = alone
        self._apply()

    def layout_now(self, geometry: str) -> Layout:
        """The arrangement of the panes, to restore after a restart."""
        return Layout(
            geometry, (self._form_width,), (self._size[BELOW],), tuple(sorted(self._hidden)), self._below.page
        )

    def restore(self, layout: Layout) -> None:
        """Restore an arrangement. Called before the window is shown; what is too large for it is then made to fit."""
        width = next(iter(layout.widths), 0)
        is_usual = width in {usual for _, usual in _FORM_WIDTHS}  # nobody has dragged it
        self._size[FORM] = 0 if is_usual else width
        self._size[BELOW] = next(reversed(layout.heights), self._size[BELOW])
        self._hidden = set(layout.hidden) & set(self._panes)
        self._below.show_page(layout.below)
        self._apply()
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A pane keeps its size when the window is resized."""
        super().resizeEvent(event)
        self._give_sizes()

    def _note_sizes(self) -> None:
        for name, now, before in ((FORM, self.sizes()[0], self._form_width), (BELOW, self._right.sizes()[1], 0)):
            if now and now != before:
                self._size[name] = now
        self.moved.emit()

    @property
    def _form_width(self) -> int:
        """As the user has dragged it, or what suits the window."""
        return self._size[FORM] or next(width for least, width in _FORM_WIDTHS if self.width() >= least)

    def _apply(self) -> None:
        for name, pane in self._panes.items():
            pane.setVisible(name not in self._hidden and not self._alone)
        self._give_sizes()

    def _give_sizes(self) -> None:
        # Qt would squeeze a pane that comes back to its minimum: its space was given away meanwhile.
        form = self._form_width
        self.setSizes([form, max(1, self.width() - form)])
        self._right.setSizes([max(1, self.height() - self._size[BELOW]), self._size[BELOW]])
