"""Colours, fonts, icons, the focus ring."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QSplitter, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.qt.icons import icon, icon_pixmap
from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.theme import DARK, DARK_CONTRAST, LIGHT, FocusRing, Theme, Tone
from kling_desktop.ui.theme.text_scale import scale_of
from kling_desktop.ui.widgets import Button, CardFrame, PromptEdit, label

InWindow = Callable[..., QWidget]


def test_every_tone_has_a_color() -> None:
    assert {DARK.tone(tone).name() for tone in Tone} == {
        DARK.ok.name(), DARK.busy.name(), DARK.bad.name(), DARK.odd.name(), DARK.text3.name(), DARK.accent.name()
    }  # fmt: skip


def test_switching_at_run_time_repaints_everything(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    card, field, prompt = CardFrame(theme), QLineEdit(), PromptEdit(theme, 1500)
    card.setMinimumHeight(40)
    in_window(card, field, prompt)
    for scheme, tokens in (("dark", DARK), ("light", LIGHT), ("dark", DARK)):
        theme.force(scheme)  # type: ignore[arg-type]
        QApplication.processEvents()
        assert card.grab().toImage().pixelColor(20, 20) == tokens.pane
        assert field.grab().toImage().pixelColor(field.width() - 10, 10) == tokens.field
        assert prompt.grab().toImage().pixelColor(prompt.width() // 2, 60) == tokens.field


def test_a_switch_is_signalled_once(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.force("light")
    with qtbot.assertNotEmitted(theme.changed):
        theme.force("light")
    assert theme.scheme == "light"


def test_the_system_is_followed_unless_a_scheme_is_forced(theme: Theme, qapp: QApplication) -> None:
    hints = qapp.styleHints()
    theme.force(None)
    for system, scheme in ((Qt.ColorScheme.Light, "light"), (Qt.ColorScheme.Dark, "dark")):
        hints.setColorScheme(system)
        expected = scheme if hints.colorScheme() == system else "dark"
        assert theme.scheme == expected
    theme.force("light")
    assert theme.scheme == "light"
    hints.unsetColorScheme()


def test_high_contrast_is_followed(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.ask_for_contrast(True)
    assert theme.tokens is DARK_CONTRAST
    theme.ask_for_contrast(False)
    assert theme.tokens is DARK


@pytest.mark.parametrize(
    ("points", "scale"), [(8, 0.9), (9, 1), (10, 1), (11, 1), (12, 1.2), (15, 1.5), (20, 2), (40, 2)]
)
def test_the_size_of_the_systems_text_is_followed(points: int, scale: float) -> None:
    assert scale_of(QFont("Any", points)) == pytest.approx(scale, abs=0.02)


def test_text_and_what_holds_it_grow_together_at_once(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    button, words, field = Button(theme, "Generate", tall=True), label("A title", "title"), QLineEdit()
    fitted = QWidget()
    theme.fit(fitted, lambda me: me.setFixedHeight(theme.px(44)))
    in_window(button, words, field, fitted, width=900)
    before = [widget.sizeHint().height() for widget in (button, words, field, fitted)]
    try:
        with qtbot.waitSignal(theme.changed):
            theme.scale_text(2)
        QApplication.processEvents()
        after = [button.height(), words.sizeHint().height(), field.height(), fitted.height()]
        assert [round(new / old, 1) for new, old in zip(after[:2], before[:2], strict=True)] == [2, 2]
        assert after[2] >= 60
        assert after[3] == 88
        assert theme.font(13).pixelSize() == 26
    finally:
        theme.scale_text(None)
    assert fitted.height() == 44
    assert theme.text_scale == 1


@pytest.mark.parametrize("weight", [400, 600])
def test_digits_have_equal_widths(theme: Theme, weight: int) -> None:
    metrics = QFontMetrics(theme.font(12, weight))
    assert len({metrics.horizontalAdvance(figure * 10) for figure in "0123456789"}) == 1


def test_icons_are_sharp_and_tinted_at_any_scale(theme: Theme) -> None:
    accent = theme.tokens.accent
    for path in resource("icons").glob("*.svg"):
        for ratio in (1.0, 1.25, 2.0):
            pixmap = icon_pixmap(path.stem, accent, 20, ratio)
            assert pixmap.size() == QSize(round(20 * ratio), round(20 * ratio))
            image = pixmap.toImage()
            pixels = (image.pixelColor(x, y) for x, y in product(range(image.width()), range(image.height())))
            inked = [pixel for pixel in pixels if pixel.alpha() > 150]
            assert inked, path.stem
            assert all(abs(pixel.red() - accent.red()) + abs(pixel.blue() - accent.blue()) < 8 for pixel in inked)
    assert not icon("play", theme.tokens.text).isNull()


def test_a_missing_icon_is_an_error(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        icon_pixmap("unicorn", theme.tokens.text)


def rings(window: QWidget) -> list[FocusRing]:
    """Those to be seen."""
    return [ring for ring in window.findChildren(FocusRing) if ring.isVisible()]


def test_one_ring_follows_the_focus(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    first, second = Button(theme, "First"), Button(theme, "Second")
    window = in_window(first, second)
    first.setFocus()
    assert rings(window)[0].geometry().contains(first.geometry())
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert [ring.geometry().contains(second.geometry()) for ring in rings(window)] == [True]
    second.move(60, 120)
    assert rings(window)[0].geometry().contains(second.geometry())
    second.hide()
    assert [ring.geometry().contains(first.geometry()) for ring in rings(window)] == [True]


def test_a_ring_never_becomes_a_pane_of_a_splitter(theme: Theme, in_window: InWindow) -> None:
    splitter = QSplitter()
    field = QLineEdit()
    splitter.addWidget(field)
    splitter.addWidget(QWidget())
    window = in_window(splitter)
    field.setFocus()
    assert splitter.count() == 2
    assert len(rings(window)) <= 1


def test_a_ring_scrolls_with_its_field(theme: Theme, in_window: InWindow) -> None:
    page, scroll, field = QWidget(), QScrollArea(), QLineEdit()
    column = QVBoxLayout(page)
    column.addWidget(field)
    page.setMinimumHeight(900)
    scroll.setWidget(page)
    window = in_window(scroll)
    field.setFocus()
    (ring,) = rings(window)
    scroll.verticalScrollBar().setValue(100)
    inner = field.mapTo(window, field.rect().center())
    assert ring.mapTo(window, ring.rect().center()) == inner


def test_widgets_built_while_the_style_sheet_is_held_back_look_the_same(theme: Theme, in_window: InWindow) -> None:
    def made() -> QWidget:
        card = CardFrame(theme)
        column = QVBoxLayout(card)
        for widget in (Button(theme, "Press"), QLineEdit("Written"), PromptEdit(theme, 100)):
            column.addWidget(widget)
        return card

    usual = in_window(made()).grab().toImage()
    with theme.held_back():
        theme.force("light")
        late = made()
    theme.force("dark")
    assert in_window(late).grab().toImage() == usual


def test_the_look_does_not_depend_on_the_systems_style() -> None:
    program = """
from PySide6.QtWidgets import QApplication
from kling_desktop.ui.theme import STYLE
print(QApplication(["kling-desktop", *STYLE]).style().objectName())
"""
    around = {**os.environ, "QT_STYLE_OVERRIDE": "windows", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", program], env=around, capture_output=True, text=True, check=True)
    assert done.stdout == "fusion\n"
