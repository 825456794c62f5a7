"""Scrubbing: the pointer on a clip leads along its frames."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QTimer
from PySide6.QtGui import QImage

from kling_desktop.ui.library.cards.hover_frames import HoverFrames
from kling_desktop.ui.library.grid.virtual_view import VirtualView
from kling_desktop.ui.library.model.library_model import LibraryModel

_DELAY_MS = 120
"""A pointer that only passes over a card decodes nothing."""


class HoverScrubber(QObject):
    """Shows the frame of a clip that lies as far along it as the pointer on its card."""

    def __init__(self, view: VirtualView, library: LibraryModel, frames: HoverFrames) -> None:
        super().__init__(view)
        self._view = view
        self._library = library
        self._frames = frames
        self._item = QPersistentModelIndex()
        self.fraction = 0.0
        """How far along the clip the pointer is, 0 to 1."""
        frames.frame_added.connect(self._repaint)
        self._delay = QTimer(self, singleShot=True)
        self._delay.setInterval(_DELAY_MS)
        self._delay.timeout.connect(self._load)

    def follow(self, index: QModelIndex, point: QPoint) -> None:
        """The pointer is at that point, on that item."""
        before, self._item = self._item, QPersistentModelIndex(index)
        if self._view.cells.is_list or not index.isValid() or not self._library.is_clip(index.row()):
            self._delay.stop()
            self._frames.load("")
            return
        area = self._view.visualRect(index)
        self.fraction = (point.x() - area.left()) / area.width()
        if index == before:
            self._view.update(index)
        else:
            self._frames.load("")
            self._delay.start()

    def frame(self, row: int) -> QImage | None:
        """The frame to show on a hovered row; None while there is none."""
        return self._frames.frame(self._library.file(row), self.fraction)

    def _load(self) -> None:
        if self._item.isValid():
            self._frames.load(self._library.file(self._item.row()))

    def _repaint(self, path: str) -> None:
        if self._item.isValid() and self._library.file(self._item.row()) == path:
            self._view.update(self._library.index(self._item.row()))
