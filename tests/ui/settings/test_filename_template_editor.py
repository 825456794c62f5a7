"""How clips are called, as it is set."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.library.filename_template import DEFAULT_TEMPLATE, FIELDS
from kling_desktop.ui.settings.filename_template_editor import FilenameTemplateEditor
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button

NOW = datetime(2026, 11, 25, 14, 2, 33, tzinfo=UTC)


@pytest.fixture
def naming(theme: Theme, in_window: Callable[..., QWidget]) -> FilenameTemplateEditor:
    naming = FilenameTemplateEditor(theme, "", NOW)
    in_window(naming, width=480)
    return naming


def button(naming: FilenameTemplateEditor, text: str) -> Button:
    return next(b for b in naming.findChildren(Button) if b.text() == text)


def test_the_filename_is_previewed_while_typing(naming: FilenameTemplateEditor, qtbot: QtBot) -> None:
    taken: list[str] = []
    naming.changed.connect(taken.append)
    assert naming.preview.text().endswith(
        ": 2026-11-25 A fox runs through fresh snow, slow push in, soft morning 3f9a41c0.mp4"
    )
    naming.line.selectAll()
    qtbot.keyClicks(naming.line, "{prompt:5} {see")
    assert naming.why.isVisible()
    assert naming.why.text() == "A brace is missing at “ompt:5} {see”."
    assert not naming.preview.isVisible()
    assert "{prompt:5} {see" not in taken
    qtbot.keyClicks(naming.line, "d}-{take}")
    assert naming.preview.text() == "Example: A fox 481516-2.mp4"
    assert not naming.why.isVisible()
    assert taken[-1] == "{prompt:5} {seed}-{take}"


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_a_field_is_inserted_from_the_menu_and_the_default_can_be_restored(
    naming: FilenameTemplateEditor, qtbot: QtBot
) -> None:
    taken: list[str] = []
    naming.changed.connect(taken.append)
    naming.line.setText("clip")
    button(naming, "Insert…").setFocus()
    qtbot.keyClick(button(naming, "Insert…"), Qt.Key.Key_Return)
    [menu] = naming.findChildren(QMenu)
    assert len(menu.actions()) == len(FIELDS)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert naming.line.text() == f"clip {{{next(iter(FIELDS))}}}"
    qtbot.mouseClick(button(naming, "Reset"), Qt.MouseButton.LeftButton)
    assert naming.line.text() == DEFAULT_TEMPLATE
    assert taken[-1] == "", "the usual one, whatever it will be"
