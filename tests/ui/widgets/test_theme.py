"""Colours, fonts, icons, the focus ring."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QSplitter, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.qt.icons import icon, icon_pixmap
from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.theme import DARK, LIGHT, FocusRing, Theme, Tokens, Tone
from kling_desktop.ui.widgets import Button, CardFrame, PromptEdit

InWindow = Callable[..., QWidget]
TEXTS = ("text", "text2", "text3", "accent", "ok", "busy", "bad", "odd")
SURFACES = ("bg", "pane", "raised", "field")


def luminance(colour: QColor) -> float:
    """Relative, as WCAG 2 defines it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """WCAG's ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def over(top: QColor, below: QColor) -> QColor:
    """`top`, see-through, laid on `below`."""
    share = top.alphaF()
    mixed = (
        t * share + b * (1 - share)
        for t, b in zip(top.getRgbF()[:3], below.getRgbF()[:3], strict=True)  # type: ignore[index]
    )
    return QColor.fromRgbF(*mixed)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_every_text_color_is_readable_on_every_surface(tokens: Tokens) -> None:
    weak = [
        (ink, surface)
        for ink, surface in product(TEXTS, SURFACES)
        if contrast(getattr(tokens, ink), getattr(tokens, surface)) < 4.5
    ]
    assert weak == []


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_text_on_filled_and_tinted_surfaces_is_readable(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_odd, tokens.odd) >= 4.5
    for surface in (tokens.field, tokens.pane, tokens.raised):
        chosen = over(tokens.accent_soft, surface)
        assert contrast(tokens.text, chosen) >= 4.5
        assert contrast(tokens.text3, over(tokens.accent_soft, tokens.field)) >= 4.5
        assert contrast(tokens.accent, chosen) >= 4.5
        assert contrast(tokens.text, over(tokens.bad_soft, surface)) >= 4.5


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_captions_are_readable_on_a_white_image(tokens: Tokens) -> None:
    assert contrast(tokens.on_picture, over(tokens.shade, QColor("white"))) >= 4.5


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
