"""The menus of buttons and of the right mouse button."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QMenu, QWidget

_GAP = 4


class Menu(QMenu):
    """A menu with round corners where the screen can show them."""

    def __init__(self, parent: QWidget, title: str = "") -> None:
        super().__init__(title, parent)
        self._is_dressed = False
        self.setWindowFlags(
            self.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        )

    def add_submenu(self, title: str) -> "Menu":
        """Add a menu that opens beside an item of this one."""
        menu = Menu(self, title)
        self.addMenu(menu)
        return menu

    def open_below(self, button: QWidget) -> None:
        """Open at the button's lower edge, at its left or, where it would leave the window, at its right."""
        self.ensurePolished()
        corner = button.mapToGlobal(QPoint(0, button.height() + _GAP))
        window = QRect(button.window().mapToGlobal(QPoint()), button.window().size())
        if corner.x() + self.sizeHint().width() > window.right():
            corner.setX(max(window.left(), corner.x() + button.width() - self.sizeHint().width()))
        self.popup(corner)

    def setVisible(self, visible: bool) -> None:
        from kling_desktop.ui.qt.compositor import has_compositor  # the first paint does without

        if visible and not self._is_dressed and has_compositor():
            # Before there is a native window: it can't become see-through later.
            self._is_dressed = True
            self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
            self.setProperty("rounded", True)
            self.style().unpolish(self)
            self.style().polish(self)
        super().setVisible(visible)
