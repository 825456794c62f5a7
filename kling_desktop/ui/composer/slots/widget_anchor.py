"""Keeps a floating widget beside its target while the form moves or scrolls."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class WidgetAnchor(QObject):
    """Calls `moved` whenever the target moves within `host`, its parent."""

    def __init__(self, host: QWidget, moved: Callable[[], None]) -> None:
        super().__init__(host)
        self._host = host
        self._moved = moved
        self._part: QWidget | None = None

    @property
    def target(self) -> QWidget | None:
        return self._part

    def attach_to(self, part: QWidget | None) -> None:
        """Use that target from now on; None: none."""
        for one in self._above(self._part):
            one.removeEventFilter(self)
        self._part = part
        for one in self._above(part):
            one.installEventFilter(self)

    def _above(self, part: QWidget | None) -> Iterator[QWidget]:
        """`part` and its ancestors, up to the host."""
        while part is not None and part is not self._host:
            yield part
            part = part.parentWidget()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._moved()
        return False
