"""The list of shortcuts names what the window listens to, and opens with its keys."""

import re

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QWidget

from kling_desktop.ui.shell.shortcut_dialog import ShortcutDialog
from kling_desktop.ui.shell.shortcuts import all_keys
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until


def written(keys: QKeySequence) -> str:
    return re.sub("Return|Num\\+Enter", "Enter", keys.toString())


def heard(window: QWidget) -> set[str]:
    """What the window listens to wherever the keyboard is."""
    shortcuts = {written(shortcut.key()) for shortcut in window.findChildren(QShortcut)}
    return shortcuts | {written(keys) for action in window.actions() for keys in action.shortcuts()}


async def test_f1_and_question_mark_show_the_shortcuts_but_not_while_typing(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        pinned = {f"Ctrl+{number}" for number in range(1, 10)}
        assert heard(app.application.window) - all_keys() - pinned == set()
        await app.press("Shift+?")
        assert app.prompt.toPlainText() == "?"
        assert not app.find_all(ShortcutDialog)
        for keys in ("F1", "Shift+?"):
            app.application.window.activateWindow()
            app.grid.setFocus()
            await wait_until(app.grid.hasFocus, "The keyboard in the grid")
            await app.press(keys)
            dialog = app.find(ShortcutDialog)
            assert app.find(QLabel, "Generate first in the queue", where=dialog)
            await app.press("Esc", on=dialog)
            await wait_until(lambda: not app.find_all(ShortcutDialog), "The closed dialog")
