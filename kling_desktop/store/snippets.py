"""The user's snippets in a file that people can read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from kling_desktop.domain.snippets import Snippet
from kling_desktop.store.atomic import kept_aside, write_whole

_PATIENCE = 10.0  # seconds that one window waits for another's writing


class SnippetFile:
    """Blocking. What one window adds, another doesn't take away. OSError where the file can't be written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Snippet, ...]:
        """Those that can be read, in their order."""
        found = (_snippet(item) for item in self._items())
        return tuple(snippet for snippet in found if snippet)

    def add(self, snippet: Snippet) -> tuple[Snippet, ...]:
        return self._change(lambda items: [*items, {"name": snippet.name, "text": snippet.text}])

    def remove(self, snippet: Snippet) -> tuple[Snippet, ...]:
        return self._change(lambda items: [item for item in items if _snippet(item) != snippet])

    def _change(self, change: Callable[[list[Any]], list[Any]]) -> tuple[Snippet, ...]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=_PATIENCE):
            items = change(self._items(to_be_written=True))
            write_whole(self._path, json.dumps(items, ensure_ascii=False, indent=2) + "\n")
        return self.read()

    def _items(self, *, to_be_written: bool = False) -> list[Any]:
        try:
            found = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValueError, RecursionError):
            found = None
        if isinstance(found, list):
            return found
        if to_be_written:  # a broken file is nobody's to write over
            kept_aside(self._path)
        return []


def _snippet(item: Any) -> Snippet | None:
    name, text = (item.get(key) for key in ("name", "text")) if isinstance(item, dict) else (None, None)
    return Snippet(name, text) if isinstance(name, str) and isinstance(text, str) and text else None
