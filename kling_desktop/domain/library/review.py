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
