"""A popup below the preset box that closes when it loses the focus."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import CardFrame

_GAP = 6


class PresetPopup(CardFrame):
    """`box` is what it hangs from; it lies over `host`, its parent. Esc closes it and gives the focus back."""

    def __init__(self, theme: Theme, box: QWidget, host: QWidget) -> None:
        super().__init__(theme, floating=True, parent=host)
        self._box = box
        self._host = host
        self._back: QWidget | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        self.hide()

    def open_below(self, height: int) -> None:
        """Show it at that height, or as high as there is room for."""
        focused = QApplication.focusWidget()
        if not self.isVisible() and focused is not None and not self.isAncestorOf(focused):
            self._back = focused
        corner = self._box.mapTo(self._host, QPoint(0, self._box.height() + _GAP))
        room = self._host.height() - corner.y() - SPACE.S
        self.setGeometry(corner.x(), corner.y(), self._host.width() - 2 * corner.x(), max(120, min(height, room)))
        self.show()
        self.raise_()

    def close_popup(self) -> None:
        """Close it and give the focus back."""
        back = self._back
        self.hide()
        if back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.PopupFocusReason)

    def _reopen_below(self, height: int) -> None:
        """Show it again; the focus goes back to where it came from the first time."""
        back = self._back
        self.open_below(height)
        self._back = back

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_popup()
        else:
            super().keyPressEvent(event)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        in_menu = isinstance(QApplication.activePopupWidget(), QMenu)
        if self.isVisible() and new is not None and not in_menu and new is not self and not self.isAncestorOf(new):
            self.hide()
