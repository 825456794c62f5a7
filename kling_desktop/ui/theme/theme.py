"""Applies the tokens to the application and follows the system between dark and light."""

from collections.abc import Iterator
from contextlib import contextmanager
from string import Template
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.theme.ring import FocusRings
from kling_desktop.ui.theme.tokens import DARK, LIGHT, SIZE, WEIGHT, Tokens

Scheme = Literal["dark", "light"]

_TOKENS: Final[dict[Scheme, Tokens]] = {"dark": DARK, "light": LIGHT}
_READABLE: Final = ("Inter", "Noto Sans", "Segoe UI", "Cantarell", "Ubuntu", "DejaVu Sans", "Liberation Sans", "Arial")


STYLE: Final = ("-style", "fusion")
"""For the arguments of the application: the style that the style sheet is written for. Asking the application for
its style, or setting one later, would load everything Qt knows of styles: 6 ms of a start.
"""


class Theme(QObject):
    """The look of the running application, which was created with STYLE: palette, style sheet and fonts.

    Applied on construction and whenever the system changes between dark and light, unless a scheme is forced. Widgets
    that paint themselves read `tokens` in their paintEvent: the new palette makes Qt repaint them. `changed` is for
    what is kept between paints, such as icons of actions.
    """

    changed = Signal()

    def __init__(self, app: QApplication, forced: Scheme | None = None) -> None:
        super().__init__(app)
        self._app = app
        self._forced = forced
        self._template = Template(resource("theme/app.qss").read_text(encoding="utf-8"))
        self._is_held_back = False
        self._fonts: dict[tuple[int, int], QFont] = {}
        self._base = _readable_font(app.font())
        app.setFont(self.font())
        QToolTip.setFont(self.font(SIZE.SMALL))
        self._scheme = self._wanted()
        self._apply()
        self._rings = FocusRings(app, lambda: self.tokens)
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Assemble many widgets without the style sheet, which they get at the end, all at once. Otherwise Qt would
        go through everything a widget contains each time it is put into another.
        """
        self._is_held_back = True
        self._app.setStyleSheet("")
        try:
            yield
        finally:
            self._is_held_back = False
            self._app.setStyleSheet(self._style_sheet())

    @property
    def tokens(self) -> Tokens:
        """The colours now in use."""
        return _TOKENS[self._scheme]

    @property
    def scheme(self) -> Scheme:
        """Dark or light, as shown now."""
        return self._scheme

    def force(self, scheme: Scheme | None) -> None:
        """Show `scheme` whatever the system says; None follows the system again."""
        self._forced = scheme
        self._follow()

    def font(self, size: int = SIZE.BASE, weight: int = WEIGHT.REGULAR) -> QFont:
        """The UI font at `size` px. Its digits have equal widths, so that changing numbers don't jump."""
        key = (size, weight)
        if key not in self._fonts:
            font = QFont(self._base)
            font.setPixelSize(size)
            font.setWeight(QFont.Weight(weight))
            font.setFeature(QFont.Tag.fromString("tnum"), 1)
            self._fonts[key] = font
        return self._fonts[key]

    def _wanted(self) -> Scheme:
        if self._forced is not None:
            return self._forced
        # A desktop that doesn't say gets dark: pictures are judged best in a dark room.
        return "light" if self._app.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted == self._scheme:
            return
        self._scheme = wanted
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        self._app.setPalette(_palette(self.tokens))
        if not self._is_held_back:
            self._app.setStyleSheet(self._style_sheet())

    def _style_sheet(self) -> str:
        names = {name: _css(getattr(self.tokens, name)) for name in Tokens.__slots__}
        return self._template.substitute(names, art=resource(f"theme/{self._scheme}").as_posix())


def _css(colour: QColor) -> str:
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alphaF():.3f})"


def _readable_font(system: QFont) -> QFont:
    """The system's font, or an installed one where the system names none (as offscreen) or a missing one."""
    if system.family() == QFontInfo(system).family():
        return QFont(system)
    present = set(QFontDatabase.families())
    return QFont(next((family for family in _READABLE if family in present), system.family()))


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, tokens.bg),
        (role.WindowText, tokens.text),
        (role.Base, tokens.field),
        (role.AlternateBase, tokens.pane),
        (role.Text, tokens.text),
        (role.PlaceholderText, tokens.text3),
        (role.Button, tokens.raised),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.bad),
        (role.ToolTipBase, tokens.raised),
        (role.ToolTipText, tokens.text),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Accent, tokens.accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Light, tokens.line),
        (role.Midlight, tokens.line),
        (role.Mid, tokens.line),
        (role.Dark, tokens.line_strong),
        (role.Shadow, tokens.shadow),
    ):
        palette.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, tokens.text3)
    return palette
