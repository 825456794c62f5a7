"""The right of the top bar: whose account it is, what is wrong with it, and the way to another one."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Signal
from PySide6.QtGui import QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, SPACE, Theme, Tone
from kling_desktop.ui.widgets import StatusDotButton
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import LEFT, box, draw_icon, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable

_NO_NAME = "Account"


class AccountArea(QWidget):
    """Shows one account, or what is missing; its menu holds the profiles and the sandbox."""

    key_requested = Signal()
    sandbox_requested = Signal()
    problem_clicked = Signal()
    profile_chosen = Signal(str)
    new_profile_requested = Signal()
    rename_requested = Signal()
    settings_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._profiles: Sequence[tuple[str, str]] = ()
        self._current = ""
        self._in_sandbox = False
        self._account = self._balance = ""
        self._problem = StatusDotButton(theme, Tone.BAD, "")
        self._problem.clicked.connect(self.problem_clicked)
        self._button = AccountButton(theme)
        self._button.clicked.connect(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.S)
        for part in (self._problem, self._button):
            row.addWidget(part)
        self.show_account("", None)
        self.show_problem(Tone.BAD, "", "")

    def show_account(self, name: str, credits: int | None) -> None:
        """Show the account and its balance, as far as they are known."""
        self._account = name
        self._balance = "" if credits is None else f"{credits:,} credits"
        self._show_name()

    def show_problem(self, tone: Tone, words: str, sentence: str) -> None:
        """Show in a few words what is wrong with the account, and all of it on hover; "" for nothing."""
        self._problem.show_state(tone, words)
        self._problem.setToolTip(plain_tip(sentence))
        self._problem.setAccessibleName(sentence)
        self._problem.setVisible(bool(words))

    def show_profiles(self, profiles: Sequence[tuple[str, str]], current: str, *, in_sandbox: bool) -> None:
        """profiles: the key and the name of each. current: the key of the one in use."""
        self._profiles, self._current, self._in_sandbox = profiles, current, in_sandbox
        self._show_name()

    def _show_name(self) -> None:
        """The profile's name, too, where there are several."""
        name = dict(self._profiles).get(self._current, "")
        both = self._account and len(self._profiles) > 1 and not self._in_sandbox
        text = f"{name} · {self._account}" if both else self._account
        # The sandbox is marked already.
        self._button.show_account("" if self._in_sandbox else text, self._balance)

    def _open_menu(self) -> None:
        from kling_desktop.ui.widgets.menu import Menu  # the first paint does without

        menu = Menu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        one = QActionGroup(menu)
        for profile, name in self._profiles:
            action = menu.addAction(name.replace("&", "&&"), partial(self.profile_chosen.emit, profile))
            action.setCheckable(True)
            action.setChecked(profile == self._current and not self._in_sandbox)
            one.addAction(action)
        menu.addSeparator()
        sandbox = menu.addAction("Sandbox: free, on this computer", self.sandbox_requested.emit)
        sandbox.setCheckable(True)
        sandbox.setChecked(self._in_sandbox)
        one.addAction(sandbox)
        menu.addSeparator()
        menu.addAction("New profile…", self.new_profile_requested.emit)
        menu.addAction("Rename this profile…", self.rename_requested.emit).setEnabled(not self._in_sandbox)
        menu.addAction("API key…", self.key_requested.emit)
        menu.addSeparator()
        menu.addAction("Settings…", self.settings_requested.emit)
        menu.open_below(self._button)


class AccountButton(Pressable):
    """The name and the balance, as far as they are known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", 16, parent)
        self._name = ""
        self._balance = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_account("", "")

    def show_account(self, name: str, balance: str) -> None:
        """Show them; "" for what isn't known."""
        self._name, self._balance = name, balance
        told = ", ".join(filter(None, (name, balance)))
        self.setAccessibleName(f"Account: {told}" if told else _NO_NAME)
        self.setToolTip("Profiles, API key and sandbox. The balance is in Leonardo's credits.")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._around() + sum(width for _, width in self._parts()), self._theme.px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(64), self._theme.px(32))

    def _around(self) -> int:
        """The ends, and the arrow."""
        return 2 * SPACE.M + self._theme.px(18)

    def _parts(self) -> list[tuple[str, int]]:
        font = self._theme.font(SIZE.BASE)
        words = [part for part in (self._name, self._balance) if part] or [_NO_NAME]
        return [(word, text_width(font, word) + 2 + (SPACE.S if nth else 0)) for nth, word in enumerate(words)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, hovered = self._theme.tokens, self.underMouse()
        font = self._theme.font(SIZE.BASE)
        with QPainter(self) as painter:
            radius = self.height() / 2
            if self.isDown() or hovered:
                box(painter, self.rect(), radius, tokens.pressed if self.isDown() else tokens.hover)
            left, right = SPACE.M, self.width() - SPACE.M - self._theme.px(18)
            parts = self._parts()
            # A long name makes way for the balance.
            spare = sum(width for _, width in parts) - (right - left)
            for nth, (words, wide) in enumerate(parts):
                shown = wide - max(0, spare) if not nth else wide
                gap = SPACE.S if nth else 0
                area = QRect(left + gap, 0, max(0, min(shown - gap, right - left - gap)), self.height())
                is_balance = words == self._balance
                one_line(painter, area, LEFT, words, font, tokens.text if is_balance or hovered else tokens.text2)
                left += shown
            centre = QPointF(self.width() - SPACE.M - self._theme.px(6), self.height() / 2)
            draw_icon(painter, "chevron-down", centre, tokens.text2, self._theme.px(16))
