"""The snippets of the window: kept from what is selected, offered after a slash."""

import asyncio
from collections.abc import Callable

from kling_desktop.domain.request.snippets import Snippet, new_snippet
from kling_desktop.store.composer.snippets import SnippetFile
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_UNDO_SECONDS = 10.0


class SnippetController:
    """Fills the list that opens after a slash in the prompt."""

    def __init__(self, window: MainWindow, file: SnippetFile, tasks: Tasks) -> None:
        self._window = window
        self._file = file
        self._tasks = tasks
        self._snippets: tuple[Snippet, ...] = ()
        window.composer.snippet_save_requested.connect(lambda text: tasks.spawn(self._keep(text), "keep a snippet"))
        window.composer.snippet_removal_requested.connect(
            lambda one: tasks.spawn(self._remove(one), "remove a snippet")
        )

    async def open(self) -> None:
        self._show(await asyncio.to_thread(self._file.read))

    async def _keep(self, text: str) -> None:
        snippet = new_snippet(text, self._snippets)
        if snippet is None:
            self._tell("There is nothing new to keep in that.", Tone.ACCENT)
        elif await self._written(self._file.add, snippet):
            self._tell(f"Kept as a snippet. Type /{snippet.name.split()[0].lower()} to write it again.", Tone.OK)

    async def _remove(self, snippet: Snippet) -> None:
        if await self._written(self._file.remove, snippet):
            self._window.messages.show_now(
                Message(f"“{snippet.name}” is removed.", Tone.OK, "Undo", lambda: self._undo(snippet), _UNDO_SECONDS)
            )

    def _undo(self, snippet: Snippet) -> None:
        self._tasks.spawn(self._written(self._file.add, snippet), "bring a snippet back")

    async def _written(self, write: Callable[[Snippet], tuple[Snippet, ...]], snippet: Snippet) -> bool:
        try:
            self._show(await asyncio.to_thread(write, snippet))
        except OSError as error:
            self._tell(f"The snippets can't be written: {error.strerror or error}.", Tone.BAD)
            return False
        return True

    def _show(self, snippets: tuple[Snippet, ...]) -> None:
        self._snippets = snippets
        self._window.composer.show_snippets(snippets)

    def _tell(self, sentence: str, tone: Tone) -> None:
        self._window.messages.show_now(Message(sentence, tone))
