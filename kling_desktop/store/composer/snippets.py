"""The user's snippets in a file that people can read."""

from pathlib import Path
from typing import Any

from kling_desktop.domain.request.snippets import Snippet
from kling_desktop.store.files.json_list import JsonListFile


class SnippetFile:
    """Blocking. What one window adds, another doesn't take away. OSError where the file can't be written."""

    def __init__(self, path: Path) -> None:
        self._list = JsonListFile(path)

    def read(self) -> tuple[Snippet, ...]:
        """Those that can be read, in their order."""
        found = (_snippet(item) for item in self._list.items())
        return tuple(snippet for snippet in found if snippet)

    def add(self, snippet: Snippet) -> tuple[Snippet, ...]:
        self._list.change(lambda items: [*items, {"name": snippet.name, "text": snippet.text}])
        return self.read()

    def remove(self, snippet: Snippet) -> tuple[Snippet, ...]:
        self._list.change(lambda items: [item for item in items if _snippet(item) != snippet])
        return self.read()


def _snippet(item: Any) -> Snippet | None:
    name, text = (item.get(key) for key in ("name", "text")) if isinstance(item, dict) else (None, None)
    return Snippet(name, text) if isinstance(name, str) and isinstance(text, str) and text else None
