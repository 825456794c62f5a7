"""What the autocomplete of the prompt offers: references after @, snippets after a slash."""

from dataclasses import dataclass

from PySide6.QtGui import QImage

from kling_desktop.domain.request.draft import Media, Placeholder
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.snippets import Snippet
from kling_desktop.ui.composer.media_input.preview_cache import PreviewCache
from kling_desktop.ui.composer.slots.slot_state import name_of


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


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceChoice:
    """Reference `number`, counted from 1; `detail` is its name and size."""

    number: int
    name: str
    detail: str
    picture: QImage | None

    @property
    def mention(self) -> str:
        return f"@image{self.number}"

    @property
    def title(self) -> str:
        return self.mention

    @property
    def inserted_text(self) -> str:
        return self.mention

    def matches(self, begun: str) -> bool:
        """Whether "@" plus this text may mean it: by mention, number or name."""
        begun = begun.lower()
        return (
            f"image{self.number}".startswith(begun) or str(self.number) == begun or self.name.lower().startswith(begun)
        )


def reference_choices(form: Form, pictures: PreviewCache) -> tuple[ReferenceChoice, ...]:
    """The references in use, in order."""
    control = form.slot(Slot.IMAGE_REFERENCE)
    media = () if control.is_parked else control.value
    return tuple(ReferenceChoice(n, name_of(one), _told(one), pictures.of(one)) for n, one in enumerate(media, start=1))


def _told(media: Media) -> str:
    if isinstance(media, Placeholder) or not (media.width and media.height):
        return name_of(media)
    return f"{name_of(media)} · {media.width} × {media.height}"
