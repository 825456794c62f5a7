"""Writing a prompt."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Highlight, HighlightKind, PromptEdit

InWindow = Callable[..., QWidget]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def prompt(theme: Theme, in_window: InWindow) -> PromptEdit:
    editor = PromptEdit(theme, 20, "What happens")
    in_window(editor, QLineEdit())
    editor.setFocus()
    return editor


def counter(prompt: PromptEdit) -> str:
    """What stands in the corner."""
    return prompt.accessibleDescription().removesuffix(" characters")


def test_typed_text_is_emitted_and_counted(prompt: PromptEdit, qtbot: QtBot) -> None:
    told: list[str] = []
    prompt.text_changed.connect(told.append)
    QTest.keyClicks(prompt, "A cat")
    assert told[-1] == prompt.text() == "A cat"
    assert counter(prompt) == "5 / 20"


def test_an_emoji_counts_as_one_character(prompt: PromptEdit) -> None:
    prompt.set_text("🐈" * 20)
    assert counter(prompt) == "20 / 20"
    assert prompt.extraSelections() == []


def test_text_over_the_limit_is_marked_and_kept(prompt: PromptEdit) -> None:
    text = "🐈" * 19 + "abcd"
    prompt.set_text(text)
    assert prompt.text() == text
    assert counter(prompt) == "3 over · 23 / 20"
    (marked,) = prompt.extraSelections()
    assert marked.cursor.selectedText() == "bcd"


def test_setting_the_same_text_leaves_the_cursor_alone(prompt: PromptEdit, qtbot: QtBot) -> None:
    QTest.keyClicks(prompt, "A cat")
    prompt.moveCursor(QTextCursor.MoveOperation.Left)
    prompt.set_text("A cat")
    assert prompt.textCursor().position() == 4


def test_setting_another_text_emits_nothing_and_keeps_the_cursor(prompt: PromptEdit, qtbot: QtBot) -> None:
    prompt.set_text("@image1 🐈 runs")
    cursor = prompt.textCursor()
    cursor.setPosition(len("@image1"))
    prompt.setTextCursor(cursor)
    with qtbot.assertNotEmitted(prompt.text_changed):
        prompt.set_text("@image1 🐈🐈 walks")
    assert prompt.text() == "@image1 🐈🐈 walks"
    assert prompt.textCursor().position() == len("@image1")


@pytest.mark.parametrize("text", ["one\r\ntwo", "one\rtwo", "no\u00a0break", "a\u2028b", "", "\n\n", "tab\there"])
def test_a_text_from_outside_is_not_set_again_on_each_redraw(prompt: PromptEdit, text: str, qtbot: QtBot) -> None:
    prompt.set_text("before")
    prompt.set_text(text)
    prompt.moveCursor(QTextCursor.MoveOperation.Start)
    prompt.set_text(text)
    prompt.set_text(prompt.text())
    assert prompt.textCursor().position() == 0
    assert "\r" not in prompt.text()


def test_a_no_break_space_survives(prompt: PromptEdit) -> None:
    prompt.set_text("10\u00a0s")
    assert prompt.text() == "10\u00a0s"


def test_ctrl_enter_submits_and_enter_breaks_the_line(prompt: PromptEdit, qtbot: QtBot) -> None:
    QTest.keyClicks(prompt, "A")
    with qtbot.waitSignal(prompt.submitted):
        QTest.keyClick(prompt, Qt.Key.Key_Return, CTRL)
    QTest.keyClick(prompt, Qt.Key.Key_Return)
    QTest.keyClicks(prompt, "B")
    assert prompt.text() == "A\nB"


def test_tab_moves_on(prompt: PromptEdit, qtbot: QtBot) -> None:
    QTest.keyClick(prompt, Qt.Key.Key_Tab)
    assert not prompt.hasFocus()
    assert prompt.text() == ""


def test_ctrl_z_belongs_to_the_whole_form(prompt: PromptEdit, qtbot: QtBot) -> None:
    undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), prompt.window())
    QTest.keyClicks(prompt, "A cat")
    with qtbot.waitSignal(undo.activated):
        QTest.keyClick(prompt, Qt.Key.Key_Z, CTRL)
    assert prompt.text() == "A cat"


def test_a_rich_paste_arrives_as_plain_text(prompt: PromptEdit, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setHtml("<b>Bold</b> cat")
    data.setText("Bold cat")
    QGuiApplication.clipboard().setMimeData(data)
    QTest.keyClick(prompt, Qt.Key.Key_V, CTRL)
    assert prompt.text() == "Bold cat"
    assert "font-weight" not in prompt.toHtml().split("<body", 1)[1].replace("font-weight:400", "")


def test_a_paste_of_a_whole_book_is_refused_with_a_reason(prompt: PromptEdit, qtbot: QtBot) -> None:
    prompt.set_text("kept")
    QGuiApplication.clipboard().setText("x" * 2_000_000)
    with qtbot.waitSignal(prompt.refused) as refusal:
        QTest.keyClick(prompt, Qt.Key.Key_V, CTRL)
    assert refusal.args == ["That text has 2,000,000 characters; a prompt can have 20. Nothing was pasted."]
    assert prompt.text() == "kept"
    QGuiApplication.clipboard().clear()


def _coloured(prompt: PromptEdit) -> list[str]:
    """What stands out, from the top to the bottom."""
    found, block = [], prompt.document().begin()
    while block.isValid():
        line = block.text().encode("utf-16-le")
        found += [line[2 * f.start : 2 * (f.start + f.length)].decode("utf-16-le") for f in block.layout().formats()]
        block = block.next()
    return found


def test_mentions_are_highlighted_by_code_points(theme: Theme, in_window: InWindow) -> None:
    found = [Highlight(3, 10, HighlightKind.MENTION)]
    prompt = PromptEdit(theme, 1500, marks_in=lambda line: found if "@" in line else ())
    in_window(prompt)
    prompt.set_text("no cat\n🐈🐈 @image1 x")
    assert _coloured(prompt) == ["@image1"]
    found.clear()
    prompt.rehighlight()
    assert _coloured(prompt) == []


def test_the_placeholder_disappears_with_the_first_letter(prompt: PromptEdit, qtbot: QtBot) -> None:
    hints = [child for child in prompt.viewport().findChildren(QLabel) if child.text() == "What happens"]
    assert hints[0].isVisible()
    QTest.keyClicks(prompt, "A")
    assert not hints[0].isVisible()
    prompt.set_text("")
    assert hints[0].isVisible()


def test_the_cursor_position_is_counted_in_characters(prompt: PromptEdit) -> None:
    prompt.set_text("🐈🐈 ab")
    prompt.cursor_position = (1, 4)
    assert prompt.textCursor().selectedText() == "🐈 a"
    assert prompt.cursor_position == (1, 4)
    prompt.cursor_position = (-3, 900)
    assert prompt.cursor_position == (0, 5)


def test_tab_visits_the_template_fields_and_then_moves_on(prompt: PromptEdit) -> None:
    prompt.set_text("{a} 🐈 {bc} {d}")
    prompt.set_template_fields(("a", "bc"))
    prompt.cursor_position = (0, 0)
    seen = []
    for _ in range(2):
        QTest.keyClick(prompt, Qt.Key.Key_Tab)
        seen.append(prompt.textCursor().selectedText())
    assert seen == ["{a}", "{bc}"]
    QTest.keyClick(prompt, Qt.Key.Key_Backtab)
    assert prompt.blanks.selected == "a"
    prompt.blanks.offered_for = {"a": "fox"}.get  # type: ignore[assignment]
    QTest.keyClick(prompt, Qt.Key.Key_Down)
    assert prompt.text() == "fox 🐈 {bc} {d}"
    QTest.keyClick(prompt, Qt.Key.Key_Tab)
    QTest.keyClick(prompt, Qt.Key.Key_Tab)
    assert not prompt.hasFocus()
