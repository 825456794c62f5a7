"""The right of the top bar: whose account it is, what is wrong with it, and the way to another one."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import IconButton, LinkButton, Pill, StatusDotButton, label


class AccountArea(QWidget):
    """Shows one account, or what is missing; its menu holds the profiles and the sandbox."""

    key_requested = Signal()
    sandbox_requested = Signal()
    problem_clicked = Signal()
    profile_chosen = Signal(str)
    new_profile_requested = Signal()
    rename_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._profiles: Sequence[tuple[str, str]] = ()
        self._current = ""
        self._in_sandbox = False
        self._account = ""
        self._problem = StatusDotButton(theme, Tone.BAD, "")
        self._problem.clicked.connect(self.problem_clicked)
        self._name = label("", "secondary")
        self._balance = Pill(theme, "")
        self._balance.setToolTip("The API balance of your account, in Leonardo's credits")
        self._more = IconButton(theme, "chevron-down", "Profiles and sandbox", plain=True)
        self._more.clicked.connect(self._open_menu)
        self._try_sandbox = LinkButton(theme, "Try the sandbox")
        self._try_sandbox.clicked.connect(self.sandbox_requested)
        self._add_key = LinkButton(theme, "Add your API key")
        self._add_key.clicked.connect(self.key_requested)
        key = IconButton(theme, "key", "API key")
        key.clicked.connect(self.key_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.M)
        for part in (self._problem, self._name, self._balance, self._more, self._try_sandbox, self._add_key, key):
            row.addWidget(part)
        self.show_account("", None)
        self.show_problem(Tone.BAD, "", "")
        self.show_key_missing(False)

    def show_account(self, name: str, credits: int | None) -> None:
        """Show the account and its balance, as far as they are known."""
        self._account = name
        self._show_name()
        self._balance.setText("" if credits is None else f"{credits:,} credits")
        self._balance.setVisible(credits is not None)
        self._balance.updateGeometry()

    def show_problem(self, tone: Tone, words: str, sentence: str) -> None:
        """Show in a few words what is wrong with the account, and all of it on hover; "" for nothing."""
        self._problem.show_state(tone, words)
        self._problem.setToolTip(sentence)
        self._problem.setAccessibleName(sentence)
        self._problem.setVisible(bool(words))

    def show_key_missing(self, on: bool) -> None:
        """Whether a key is needed before anything else."""
        self._add_key.setVisible(on)
        self._try_sandbox.setVisible(on)

    def show_profiles(self, profiles: Sequence[tuple[str, str]], current: str, *, in_sandbox: bool) -> None:
        """profiles: the key and the name of each. current: the key of the one in use."""
        self._profiles, self._current, self._in_sandbox = profiles, current, in_sandbox
        self._show_name()

    def _show_name(self) -> None:
        """The profile's name, too, where there are several."""
        name = dict(self._profiles).get(self._current, "")
        both = self._account and len(self._profiles) > 1 and not self._in_sandbox
        text = f"{name} · {self._account}" if both else self._account
        self._name.setText(text)
        self._name.setVisible(bool(text))

    def _open_menu(self) -> None:
        menu = QMenu(self)
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
        corner = self._more.mapToGlobal(self._more.rect().bottomRight())
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))
