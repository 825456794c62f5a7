"""The base of everything that can be pressed."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QWidget

from kling_desktop.ui.theme import Theme


class Pressable(QAbstractButton):
    """A button that paints itself: hover, a focus ring of `radius` px, Enter as well as Space.

    A click leaves the focus where it is (mostly in the prompt); Tab reaches it.
    """

    def __init__(self, theme: Theme, text: str, radius: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setProperty("ring", radius)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def setText(self, text: str) -> None:
        """Show a text. An & in it is only an &: none of these buttons underlines a letter as its key."""
        keys = self.shortcut()
        super().setText(text)
        if "&" in text:
            self.setShortcut(keys)

    def be_default_of(self, dialog: QDialog) -> None:
        """Enter presses it wherever the focus is in the dialog, unless something there uses the key itself."""
        dialog.installEventFilter(self)

    def eventFilter(self, _dialog: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not _is_enter(event):
            return False
        if self.isVisible() and self.isEnabled() and not event.isAutoRepeat():
            self.click()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)


def _is_enter(event: QKeyEvent) -> bool:
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
    return plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
