"""Snippets, as choices after a slash."""

from dataclasses import dataclass

from PySide6.QtGui import QImage

from kling_desktop.domain.request.snippets import Snippet


@dataclass(frozen=True, slots=True)
class SnippetChoice:
    """A Completion for the autocomplete."""

    snippet: Snippet
    picture: QImage | None = None

    @property
    def title(self) -> str:
        return self.snippet.name

    @property
    def detail(self) -> str:
        return " ".join(self.snippet.text[:120].split())

    @property
    def inserted_text(self) -> str:
        return self.snippet.text

    def matches(self, begun: str) -> bool:
        return self.snippet.matches(begun)
