"""The user's snippets, in a readable file."""

from pathlib import Path
from typing import Any

from kling_desktop.domain.request.snippets import Snippet
from kling_desktop.store.files.json_list import JsonListFile


class SnippetFile:
    """The file with the snippets. Blocking. Several windows may change it. OSError if it can't be written."""

    def __init__(self, path: Path) -> None:
        self._list = JsonListFile(path)

    def read(self) -> tuple[Snippet, ...]:
        """Return the snippets that can be read, in order."""
        snippets = (_snippet(item) for item in self._list.items())
        return tuple(snippet for snippet in snippets if snippet)

    def add(self, snippet: Snippet) -> tuple[Snippet, ...]:
        """Add a snippet at the end, and return all of them."""
        self._list.change(lambda items: [*items, {"name": snippet.name, "text": snippet.text}])
        return self.read()

    def remove(self, snippet: Snippet) -> tuple[Snippet, ...]:
        """Remove a snippet, and return the others."""
        self._list.change(lambda items: [item for item in items if _snippet(item) != snippet])
        return self.read()


def _snippet(item: Any) -> Snippet | None:
    name, text = (item.get(key) for key in ("name", "text")) if isinstance(item, dict) else (None, None)
    return Snippet(name, text) if isinstance(name, str) and isinstance(text, str) and text else None
