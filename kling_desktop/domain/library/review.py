"""What the user thinks of a clip, as it is told beside the clips' files."""

from dataclasses import dataclass, replace

from kling_desktop.domain.library.clip import Clip, Flag


@dataclass(frozen=True, slots=True)
class Review:
    """job, generation and digest: by any of which the clip is known again. path: where its file is, a text."""

    job: str
    generation: str = ""
    digest: str = ""
    path: str = ""
    rating: int = 0
    flag: Flag = Flag.NONE
    notes: str = ""
    tags: tuple[str, ...] = ()

    @property
    def has_content(self) -> bool:
        return bool(self.rating or self.flag or self.notes or self.tags)

    def apply_to(self, clip: Clip) -> Clip:
        """The clip with what is thought of it."""
        return replace(clip, rating=self.rating, flag=self.flag, notes=self.notes, tags=self.tags)


@dataclass(frozen=True, slots=True)
class NotesEdit:
    """A change to the notes and tags of clips.

    Args:
        clips: The library's numbers of the clips.
        notes: Their new notes; None leaves them as they are.
        added_tags: The tags that they get.
        removed_tags: The tags that they lose.
    """

    clips: tuple[int, ...]
    notes: str | None = None
    added_tags: tuple[str, ...] = ()
    removed_tags: tuple[str, ...] = ()

    def apply_to(self, clip: Clip) -> Clip:
        """The clip with this change."""
        kept = (tag for tag in clip.tags if tag not in self.removed_tags)
        tags = tuple(dict.fromkeys((*kept, *self.added_tags)))
        return replace(clip, tags=tags, notes=clip.notes if self.notes is None else self.notes)
