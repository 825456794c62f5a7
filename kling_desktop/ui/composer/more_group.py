"""Settings that are left out of the request unless they are set."""

import random
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kling_desktop.domain.request.draft import Placeholder
from kling_desktop.domain.request.form import Control, Form
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.slots.notes import Note, NoteList
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.qt.widget_state import leave_files_to_window
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import IconButton, Option, Segmented, label
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.wrapped_label import WrappedLabel

_LEFT_OUT = "Leonardo decides"
_MAY_REFUSE = "Left out unless you set it. Leonardo may refuse it"
_WORDS = {"OFF": "Off", "ON": "On", "AUTO": "Auto", "RESOLUTION_1080": "1080p"}
_GREATEST_SEED = 2**31 - 1


def random_seed() -> int:
    """A random seed."""
    return random.randint(0, _GREATEST_SEED)


class MoreGroup(QWidget):
    """Seed, prompt enhancement, resolution and visibility, plus a way to drop values that came from elsewhere."""

    def __init__(
        self, theme: Theme, composer: Composer, dice: Callable[[], int] = random_seed, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._composer = composer
        self.seed = QLineEdit()
        leave_files_to_window(self.seed)
        self.seed.setAccessibleName("Seed")
        self.seed.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{0,10}"), self))
        self._throw = throw = IconButton(theme, "dice", "Any number")
        clear = IconButton(theme, "close", "Leave the seed out")
        self.enhance = Segmented(theme, "Prompt enhancement", _options(composer.form.spec.prompt_enhance))
        self.mode = Segmented(theme, "Resolution", _options(composer.form.spec.modes))
        self.public = QCheckBox("Everyone can see this video")
        self.public.setAccessibleName("Show on Leonardo: everyone can see this video")
        self._notes = NoteList(theme)
        seed = QHBoxLayout()
        seed.setSpacing(8)
        seed.addWidget(self.seed, 1)
        seed.addWidget(throw)
        seed.addWidget(clear)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label("Seed", "secondary"), 0, 0)
        grid.addLayout(seed, 0, 1)
        grid.addWidget(label("Prompt enhancement", "secondary"), 1, 0)
        grid.addWidget(self.enhance, 1, 1)
        grid.addWidget(WrappedLabel(_MAY_REFUSE, "caption"), 2, 0, 1, 2)
        grid.addWidget(label("Resolution", "secondary"), 3, 0)
        grid.addWidget(self.mode, 3, 1)
        grid.addWidget(label("Show on Leonardo", "secondary"), 4, 0)
        grid.addWidget(self.public, 4, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self._notes)
        self.seed.textEdited.connect(lambda text: composer.edit(seed=int(text) if text else None))
        throw.clicked.connect(lambda: composer.edit(seed=dice()))
        clear.clicked.connect(lambda: composer.edit(seed=None))
        self.enhance.chosen.connect(lambda value: composer.edit(prompt_enhance=value))
        self.mode.chosen.connect(lambda value: composer.edit(mode=value))
        self.public.toggled.connect(lambda on: composer.edit(public=on))
        self._notes.action_requested.connect(lambda changes: composer.edit(**changes))

    def show_form(self, form: Form) -> None:
        """Show the form."""
        seed = form.seed.value
        is_number = isinstance(seed, int)
        self.seed.setPlaceholderText(seed.text if isinstance(seed, Placeholder) else "any")
        if not is_number or self.seed.text() == "" or int(self.seed.text()) != seed:
            widget_state.show_text(self.seed, str(seed) if is_number else "")
        for row, control, values in (
            (self.enhance, form.prompt_enhance, form.spec.prompt_enhance),
            (self.mode, form.mode, form.spec.modes),
        ):
            row.offer(_options(values))
            row.show_chosen(control.value)
            row.setEnabled(not control.blocked_reason)
            row.setToolTip(plain_tip(control.blocked_reason))
        for field in (self.seed, self._throw):
            field.setEnabled(not form.seed.blocked_reason)
            field.setToolTip(plain_tip(form.seed.blocked_reason))
        widget_state.show_checked(self.public, form.public.value)
        mendable: tuple[tuple[Control[Any], str, dict[str, Any]], ...] = (
            (form.seed, "Leave it out", {"seed": None}),
            (form.prompt_enhance, "Leave it out", {"prompt_enhance": None}),
            (form.mode, "Leave it out", {"mode": None}),
            (form.quantity, "Leave it out", {"quantity": None}),
            (form.model, f"Use {form.spec.name}", {"model": form.spec.id}),
        )
        self._notes.show_notes(
            [
                Note(problem, Tone.BAD, link, changes)
                for control, link, changes in mendable
                for problem in control.problems
            ]
        )


def _options(values: tuple[str, ...]) -> list[Option]:
    return [Option(None, _LEFT_OUT), *(Option(value, _WORDS.get(value, value), tip=value) for value in values)]
