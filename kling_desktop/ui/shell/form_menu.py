"""The menu of the form as a whole: undo, redo, paste or copy a request, new form."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.widgets.menu import Menu


class FormMenu(Menu):
    """The menu; its shortcuts work in the whole `window`. It handles undo and redo itself; the owner handles the
    rest.
    """

    def __init__(self, window: QWidget, composer: Composer) -> None:
        super().__init__(window)
        self._composer = composer
        self.undo = self._add("Undo", ("Ctrl+Z",), composer.undo)
        self.redo = self._add("Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), composer.redo)
        self.addSeparator()
        self.paste = self._add("Paste request or table", ("Ctrl+Shift+V",))
        self.copy_curl = self._add("Copy as curl")
        self.copy_json = self._add("Copy as JSON")
        self.order_table = self._add("Generate from a table…")
        self.spending = self._add("Spending…")
        self.addSeparator()
        self.begin_anew = self._add("New form", ("Ctrl+N",))
        self.addSeparator()
        self.export_presets = self._add("Export my presets…")
        self.import_presets = self._add("Import presets…")
        self.restore_starters = self._add("Restore the starter presets")
        self.addSeparator()
        self.shortcuts = self._add("Shortcuts\tF1")
        self.data = self._add("Back-ups and data…")
        self.about = self._add("About Kling Desktop")
        window.addActions(self.actions())
        widget_state.connect_for_lifetime(composer.changed, self, lambda _form: self._show())
        self._show()

    def _add(self, name: str, keys: tuple[str, ...] = (), act: Callable[[], None] | None = None) -> QAction:
        action = QAction(name, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        if act:
            action.triggered.connect(lambda: act())
        self.addAction(action)
        return action

    def _show(self) -> None:
        self.undo.setEnabled(bool(self._composer.history.past))
        self.redo.setEnabled(bool(self._composer.history.future))
