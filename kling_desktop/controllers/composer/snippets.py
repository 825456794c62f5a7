"""The snippets: saved from what is selected in the prompt, offered after a slash."""

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.saved_list import SavedList
from kling_desktop.domain.request.snippets import Snippet, new_snippet
from kling_desktop.store.composer.snippets import SnippetFile
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class SnippetController:
    """Fills the list that opens after a slash in the prompt."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._prompt = context.window.composer.prompt
        self._snippets: tuple[Snippet, ...] = ()
        file = SnippetFile(context.folders.snippets)
        self._list = SavedList(
            context, file.read, file.add, file.remove, self._show, "The snippets can't be saved: {reason}."
        )
        self._prompt.edit.snippet_save_requested.connect(
            lambda text: context.tasks.spawn(self._save(text), "save a snippet")
        )
        self._prompt.snippets.removal_requested.connect(
            lambda choice: context.tasks.spawn(self._list.remove(choice.snippet), "remove a snippet")
        )

    async def open(self) -> None:
        """Read the saved snippets."""
        await self._list.open()

    async def _save(self, text: str) -> None:
        snippet = new_snippet(text, self._snippets)
        if snippet is None:
            self._context.messages.show_now(Message("The selection is empty or already a snippet.", Tone.ACCENT))
        elif await self._list.add(snippet):
            word = snippet.name.split()[0].lower()
            self._context.messages.show_now(Message(f"Saved as a snippet. Type /{word} to insert it.", Tone.OK))

    def _show(self, snippets: tuple[Snippet, ...]) -> None:
        self._snippets = snippets
        self._prompt.show_snippets(snippets)
