"""What can be done with the form as a whole: undo, redo, paste a request, copy it, start afresh."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kling_desktop.domain.body import Reading
from kling_desktop.domain.copying import as_curl, as_json
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.paste import read_text
from kling_desktop.domain.preset_text import ARCHIVE_SUFFIX, SUFFIX, VERSION_KEY
from kling_desktop.domain.table_rows import TABLES, is_table
from kling_desktop.ui import bind
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.work.composer import Composer

_UNDO_SECONDS = 10.0
_MOST_SAID = 6
"""Lines of what is to be minded: more would fill the window."""
_REQUESTS = frozenset({".json", ".txt", ".sh", ".bat", ".md", ".py", ".js", ".ts", ".curl", ".mp4", ".m4v", ".mov"})


class FormMenu(QMenu):
    """The menu; its shortcuts work in all of `window`. read_file reads the request in a file, blocking."""

    preset_read = Signal(object)
    """What was read is a preset: whoever keeps them takes it."""
    presets_dropped = Signal(object)
    """The names of files that hold several presets, or of several that hold one."""

    table_dropped = Signal(str)
    """A file of many requests."""
    table_pasted = Signal(str)

    def __init__(
        self,
        window: QWidget,
        composer: Composer,
        tasks: Tasks,
        tell: Callable[[Message], None],
        read_file: Callable[[str], Reading],
    ) -> None:
        super().__init__(window)
        self._composer = composer
        self._read_file = read_file
        self._tasks = tasks
        self._tell = tell
        self.undo = self._add("Undo", ("Ctrl+Z",), composer.undo)
        self.redo = self._add("Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), composer.redo)
        self.addSeparator()
        self._add("Paste request or table", ("Ctrl+Shift+V",), self._paste)
        self._add("Copy as curl", (), lambda: self._copy(as_curl, "The request is copied as a curl command."))
        self._add("Copy as JSON", (), lambda: self._copy(as_json, "The request is copied as JSON."))
        self.order_table = self._add("Order from a table…", ())
        self.spending = self._add("Spending…", ())
        self.addSeparator()
        self.begin_anew = self._add("New form", ("Ctrl+N",))
        self.addSeparator()
        self.export_presets = self._add("Export my presets…", ())
        self.import_presets = self._add("Import presets…", ())
        self.restore_starters = self._add("Bring the starter presets back", ())
        self.addSeparator()
        self.shortcuts = self._add("Shortcuts\tF1", ())
        window.addActions(self.actions())
        bind.follow(composer.changed, self, lambda _form: self._show())
        self._show()

    def understands(self, data: QMimeData) -> bool:
        """Whether this looks like a request: a file that can hold one, a clip among them, or its text."""
        files = [url.toLocalFile() for url in data.urls()]
        if files:
            alone = len(files) == 1 and PurePath(files[0]).suffix.lower() in (*_REQUESTS, *TABLES)
            return alone or all(_is_of_presets(file) for file in files)
        if data.hasText() and is_table(data.text()):
            return True
        return data.hasText() and "{" in data.text() and ("prompt" in data.text() or VERSION_KEY in data.text())

    def fill_in(self, data: QMimeData) -> None:
        """Fill the form from what was dropped."""
        files = [url.toLocalFile() for url in data.urls()]
        if len(files) > 1:
            self.presets_dropped.emit(files)
        elif files:
            self.read_file(files[0])
        else:
            self._take_text(data.text())

    def read_file(self, name: str) -> None:
        if name.lower().endswith(ARCHIVE_SUFFIX):
            self.presets_dropped.emit([name])
            return
        if PurePath(name).suffix.lower() in TABLES:
            self.table_dropped.emit(name)
            return
        self._tasks.spawn(self._fill_in(self._read_file, name), f"read {name}")

    def take(self, reading: Reading) -> None:
        """Fill the form with what was read, in one step to undo, and list what could not be."""
        if reading.preset:
            self.preset_read.emit(reading.preset)
            return
        before = self._composer.draft
        # "Public" is never taken over silently.
        self._composer.replace(replace(reading.draft, public=False))
        said = [sentence for _, sentence in (*reading.problems, *reading.warnings)]
        if reading.draft.public:
            said.append("The request was public; the form is not")
        words, tone, seconds = "The form is filled in.", Tone.OK, _UNDO_SECONDS
        if said:
            words, tone, seconds = f"{words} To mind:\n{_as_list(said)}", Tone.ACCENT, 0.0
        # What has been done since is a step of its own, and comes back with Ctrl+Z.
        self._tell(Message(words, tone, "Undo", lambda: self._composer.replace(before), seconds))

    def _add(self, name: str, keys: tuple[str, ...], act: Callable[[], None] | None = None) -> QAction:
        action = QAction(name, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        if act:
            action.triggered.connect(lambda: act())
        self.addAction(action)
        return action

    def _show(self) -> None:
        self.undo.setEnabled(bool(self._composer.history.past))
        self.redo.setEnabled(bool(self._composer.history.future))

    def _paste(self) -> None:
        self._take_text(QGuiApplication.clipboard().text())

    def _take_text(self, text: str) -> None:
        if is_table(text):
            self.table_pasted.emit(text)
        else:
            self._tasks.spawn(self._fill_in(read_text, text), "read a request")

    async def _fill_in(self, read: Callable[[str], Reading], source: str) -> None:
        # A file or two million characters take a while; the window goes on meanwhile.
        self.take(await asyncio.to_thread(read, source))

    def _copy(self, spell: Callable[[Draft], str], done: str) -> None:
        QGuiApplication.clipboard().setText(spell(self._composer.draft))
        self._tell(Message(done, Tone.OK))


def _as_list(said: list[str]) -> str:
    """A line each; of many, the first."""
    shown = said if len(said) <= _MOST_SAID else [*said[: _MOST_SAID - 1], f"and {len(said) - _MOST_SAID + 1} more"]
    return "\n".join(f"• {sentence}" for sentence in shown)


def _is_of_presets(file: str) -> bool:
    return file.lower().endswith((SUFFIX, ARCHIVE_SUFFIX))
