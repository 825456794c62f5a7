"""The list of shortcuts names what the window listens to, and opens with its keys."""

import re

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QWidget

from kling_desktop.ui.shell.shortcut_dialog import ShortcutDialog
from kling_desktop.ui.shell.shortcuts import all_keys
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import until


def written(keys: QKeySequence) -> str:
    return re.sub("Return|Num\\+Enter", "Enter", keys.toString())


def heard(window: QWidget) -> set[str]:
    """What the window listens to wherever the keyboard is."""
    shortcuts = {written(shortcut.key()) for shortcut in window.findChildren(QShortcut)}
    return shortcuts | {written(keys) for action in window.actions() for keys in action.shortcuts()}


async def test_f1_and_a_question_mark_show_every_shortcut_but_never_while_typing(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.connected()
        pinned = {f"Ctrl+{number}" for number in range(1, 10)}
        assert heard(app.application.window) - all_keys() - pinned == set()
        await app.press("Shift+?")
        assert app.prompt.toPlainText() == "?"
        assert not app.all(ShortcutDialog)
        for keys in ("F1", "Shift+?"):
            app.application.window.activateWindow()
            app.grid.setFocus()
            await until(app.grid.hasFocus, "The keyboard in the grid")
            await app.press(keys)
            dialog = app.see(ShortcutDialog)
            assert app.see(QLabel, "Generate first in the queue", where=dialog)
            await app.press("Esc", on=dialog)
            await until(lambda: not app.all(ShortcutDialog), "The closed dialog")
