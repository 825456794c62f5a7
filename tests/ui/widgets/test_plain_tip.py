"""A tooltip shows a text as it is, whatever it looks like."""

import pytest
from PySide6.QtGui import Qt, QTextDocument

from kling_desktop.ui.widgets.label import plain_tip


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b>",
        '<img src="file:///evil.png">',
        "  <p>x",
        "&lt;b&gt;",
        "<!DOCTYPE html>x",
        "<?xml version='1.0'?><b>x</b>",
        "a < b & c\n<b>second line</b>",
        "1 <i> 2",
        "first line\n<img src=x>",
        "long " * 100 + "<b>x</b>\nand another",
    ],
)
def test_a_text_that_looks_like_markup_is_shown_letter_by_letter(text: str) -> None:
    tip = plain_tip(text)
    shown = tip
    if Qt.mightBeRichText(tip):
        document = QTextDocument()
        document.setHtml(tip)
        shown = document.toPlainText()
    assert shown.rstrip() == text.rstrip()


@pytest.mark.parametrize("text", ["", "Play (Space)", "R&D", "two\nlines"])
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain_tip(text) == text
