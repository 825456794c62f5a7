"""The editor for clip names: a template, its placeholders, and an example."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Generating
from kling_desktop.domain.library.filename_template import DEFAULT_TEMPLATE, FIELDS, clip_filename, template_problem
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label
from kling_desktop.ui.widgets.menu import Menu

_EXAMPLE = Job(
    "3f9a41c07be24d58",
    "",
    "",
    "window",
    "",
    Draft(prompt="A fox runs through fresh snow, slow push in, soft morning light"),
    0.0,
    Generating("1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a10"),
    seed=481516,
    take=2,
    preset_name="Wildlife",
)


class FilenameTemplateEditor(QWidget):
    """Emits `changed` with each valid template; an invalid one is explained and changes nothing."""

    changed = Signal(str)
    height_changed = Signal()
    """Its text now takes more or fewer lines."""

    def __init__(self, theme: Theme, template: str, now: datetime) -> None:
        super().__init__()
        self._now = now
        self.line = QLineEdit(template or DEFAULT_TEMPLATE)
        self.line.setAccessibleName("Clip names")
        self.line.setMaxLength(200)
        self._insert = Button(theme, "Insert…", tall=True)
        self._insert.setToolTip("Insert a placeholder")
        self._insert.clicked.connect(self._offer)
        self._reset = Button(theme, "Reset", tall=True)
        self._reset.setToolTip("Use the default names")
        self._reset.clicked.connect(lambda: self._write(DEFAULT_TEMPLATE))
        for button in (self._insert, self._reset):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.preview = label("", "caption", wraps=True)
        self.why = label("", "problem", wraps=True)
        row = QHBoxLayout()
        row.setSpacing(SPACE.S)
        row.setContentsMargins(0, SPACE.XS, 0, 0)
        row.addWidget(self._insert)
        row.addWidget(self._reset)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.XS)
        for part in (self.line, self.preview, self.why):
            column.addWidget(part)
        column.addLayout(row)
        self.line.textChanged.connect(self._take)
        self.line.setCursorPosition(0)
        self._show(self.line.text())

    def _take(self, template: str) -> None:
        self._show(template)
        if not template_problem(template):
            self.changed.emit("" if template == DEFAULT_TEMPLATE else template)

    def _show(self, template: str) -> None:
        why = template_problem(template)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        example = clip_filename(template, replace(_EXAMPLE, filename_template=template), self._now)
        self.preview.setText(f"Example: {example}")
        self.preview.setVisible(not why)
        self.line.setAccessibleDescription(why or self.preview.text())
        self._reset.setEnabled(template != DEFAULT_TEMPLATE)
        self.height_changed.emit()

    def _offer(self) -> None:
        menu = Menu(self)
        for blank, meaning in FIELDS.items():
            menu.addAction(f"{{{blank}}}\t{meaning}", partial(self._put, f"{{{blank}}}"))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.open_below(self._insert)

    def _put(self, blank: str) -> None:
        """Insert at the cursor, separated from the words around it."""
        text, at = self.line.text(), self.line.cursorPosition()
        before = " " if at and not text[at - 1].isspace() and not self.line.hasSelectedText() else ""
        self.line.insert(before + blank)
        self.line.setFocus()

    def _write(self, template: str) -> None:
        self.line.setText(template)
        self.line.setFocus()
