"""Applies the tokens to the application and follows the system between dark and light."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from string import Template
from typing import Final, Literal, TypeVar
from weakref import ReferenceType, ref

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from shiboken6 import isValid

from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.theme.motion import Motion
from kling_desktop.ui.theme.ring import FocusRings
from kling_desktop.ui.theme.text_scale import clamp_scale, scale_of, system_font
from kling_desktop.ui.theme.tokens import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, SIZE, WEIGHT, Tokens

Scheme = Literal["dark", "light"]
W = TypeVar("W", bound=QWidget)

_TOKENS: Final[dict[tuple[Scheme, bool], Tokens]] = {
    ("dark", False): DARK,
    ("light", False): LIGHT,
    ("dark", True): DARK_CONTRAST,
    ("light", True): LIGHT_CONTRAST,
}
_PIXELS: Final = re.compile(r"\bt(\d+)px")
"""In the style sheet: a length that grows with the text."""
_READABLE: Final = ("Inter", "Noto Sans", "Segoe UI", "Cantarell", "Ubuntu", "DejaVu Sans", "Liberation Sans", "Arial")


STYLE: Final = ("-style", "fusion")
"""For the arguments of the application: the style that the style sheet is written for. Asking the application for
its style, or setting one later, would load everything Qt knows of styles: 6 ms of a start.
"""


class Theme(QObject):
    """The look of the running application, which was created with STYLE: palette, style sheet, fonts and motion.

    Applied on construction and whenever the system changes between dark and light, its contrast or the size of its
    text, unless the user has chosen otherwise. Widgets that paint themselves read `tokens`, `font` and `px` in their
    paintEvent and sizeHint: a change makes Qt ask again. `changed` is for what is kept between paints, such as icons of
    actions; `fit` for lengths that are set once.
    """

    changed = Signal()
    """Colours, contrast or the size of text."""

    def __init__(self, app: QApplication, forced: Scheme | None = None) -> None:
        super().__init__(app)
        self._app = app
        self._forced = forced
        self.motion = Motion()
        self._fitted: list[tuple[ReferenceType[QWidget], Callable[[QWidget], None]]] = []
        self._asks_contrast = self._has_high_contrast = False
        self._template = Template(resource("theme/app.qss").read_text(encoding="utf-8"))
        self._is_held_back = False
        self._fonts: dict[tuple[int, int], QFont] = {}
        # A theme made before has set the application's font in pixels; the system's is in points.
        system = app.font() if app.font().pointSizeF() > 0 else system_font()
        self._base = _readable_font(system)
        self._system_points = system_font().pointSizeF()
        self._font_scale = self._system_scale = scale_of(system)
        self._own_scale: float | None = None
        # Both are kept: PySide takes the inner one for deleted once the outer one has no name.
        self._hints = app.styleHints()
        self._needs = self._hints.accessibility()
        self._scheme = self._wanted()
        self._has_high_contrast = self._wants_contrast()
        self._apply_fonts()
        self._apply()
        self._rings = FocusRings(app, lambda: self.tokens)
        self._hints.colorSchemeChanged.connect(self._follow)
        self._needs.contrastPreferenceChanged.connect(self._follow)

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
        return _TOKENS[self._scheme, self._has_high_contrast]

    @property
    def scheme(self) -> Scheme:
        """Dark or light, as shown now."""
        return self._scheme

    def force(self, scheme: Scheme | None) -> None:
        """Show `scheme` whatever the system says; None follows the system again."""
        self._forced = scheme
        self._follow()

    @property
    def has_high_contrast(self) -> bool:
        """Whether the system asks for it."""
        return self._has_high_contrast

    def ask_for_contrast(self, on: bool) -> None:
        """The desktop asks for high contrast in a way that Qt doesn't know."""
        self._asks_contrast = on
        self._follow()

    @property
    def text_scale(self) -> float:
        """How large text is: 1 is 100 %."""
        return self._system_scale if self._own_scale is None else self._own_scale

    def scale_text(self, own: float | None) -> None:
        """Show text at this scale, from 0.9 to 2; None follows the system."""
        self._own_scale = None if own is None else clamp_scale(own)
        self._rescale()

    def follow_text_scale(self, factor: float = 1.0) -> None:
        """Read the size of the system's font again; `factor` is what the desktop multiplies all text with, apart from
        the font.
        """
        font = system_font()
        if font.pointSizeF() != self._system_points:
            self._system_points = font.pointSizeF()
            self._font_scale = scale_of(font)
        self._system_scale = clamp_scale(self._font_scale * factor)
        self._rescale()

    def px(self, length: int) -> int:
        """`length` px at 100 % text, in px at the scale of now: for what holds text, and for the icons beside it."""
        return round(length * self.text_scale)

    def fit(self, widget: W, apply: Callable[[W], None]) -> None:
        """Call apply(widget) now, and again whenever the size of text changes: for lengths that are set once.

        `apply` mustn't hold the widget, or it would never be freed: `theme.fit(self, lambda me: me.setFixedHeight(…))`.
        """
        apply(widget)
        self._fitted = [one for one in self._fitted if (kept := one[0]()) is not None and isValid(kept)]
        self._fitted.append((ref(widget), apply))  # type: ignore[arg-type]  # it is only ever called with its widget

    def font(self, size: int = SIZE.BASE, weight: int = WEIGHT.REGULAR) -> QFont:
        """The UI font at `size` px, times the scale of text. Its digits have equal widths: changing ones don't jump."""
        key = (size, weight)
        if key not in self._fonts:
            font = QFont(self._base)
            font.setPixelSize(self.px(size))
            font.setWeight(QFont.Weight(weight))
            font.setFeature(QFont.Tag.fromString("tnum"), 1)
            self._fonts[key] = font
        return self._fonts[key]

    def _wanted(self) -> Scheme:
        if self._forced is not None:
            return self._forced
        # A desktop that doesn't say gets dark: pictures are judged best in a dark room.
        return "light" if self._hints.colorScheme() == Qt.ColorScheme.Light else "dark"

    def _wants_contrast(self) -> bool:
        return self._asks_contrast or self._needs.contrastPreference() == Qt.ContrastPreference.HighContrast

    def _follow(self) -> None:
        scheme, contrast = self._wanted(), self._wants_contrast()
        if (scheme, contrast) == (self._scheme, self._has_high_contrast):
            return
        self._scheme, self._has_high_contrast = scheme, contrast
        self._apply()
        self.changed.emit()

    def _rescale(self) -> None:
        if self.text_scale == self._scale_shown:
            return
        self._fonts.clear()
        self._apply_fonts()
        self._apply()
        for held, apply in list(self._fitted):
            widget = held()
            if widget is not None and isValid(widget):
                apply(widget)
        for widget in self._app.allWidgets():
            widget.updateGeometry()
            widget.update()
        self.changed.emit()

    def _apply_fonts(self) -> None:
        self._scale_shown = self.text_scale
        self._app.setFont(self.font())
        QToolTip.setFont(self.font(SIZE.SMALL))

    def _apply(self) -> None:
        self._app.setPalette(_palette(self.tokens))
        if not self._is_held_back:
            self._app.setStyleSheet(self._style_sheet())

    def _style_sheet(self) -> str:
        names = {name: _css(getattr(self.tokens, name)) for name in Tokens.__slots__}
        sheet = self._template.substitute(names, art=resource(f"theme/{self._scheme}").as_posix())
        return _PIXELS.sub(lambda found: f"{self.px(int(found[1]))}px", sheet)


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
