"""The places of the form that take media: where each is, what it is called, and which files it takes."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from kling_desktop.domain.request.models import FRAMES, ModelSpec, Slot

# The content decides; endings serve file dialogs, and answers while something is dragged.
CLIPS = ("mp4", "m4v", "mov")
"""Of the app's own clips, also after another program has renamed them."""
OTHER_VIDEOS = frozenset({".webm", ".mkv", ".avi", ".wmv", ".flv", ".mpg", ".mpeg", ".ts", ".mts", ".ogv"})
IMAGES = (
    *("png", "apng", "jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjp", "mpo", "webp", "gif"),
    *("bmp", "dib", "tif", "tiff", "avif", "avifs", "heic", "heics", "heif", "heifs", "hif"),
)
_NAMES = {
    Slot.START_FRAME: "Start frame",
    Slot.END_FRAME: "End frame",
    Slot.IMAGE_REFERENCE: "Reference",
    Slot.VIDEO_REFERENCE_BASE: "Video to edit",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a slot.

    Attributes:
        at: Which place of the slot, counted from 0.
        capacity: How many places the slot has with the current model. Doesn't count when places are compared.
    """

    slot: Slot
    at: int = 0
    capacity: int = field(default=1, compare=False)

    @property
    def name(self) -> str:
        """What the form calls it: "Reference 2"."""
        name = _NAMES[self.slot]
        return name if self.is_single else f"{name} {self.at + 1}"

    @property
    def is_single(self) -> bool:
        """Whether it is the only place of its slot."""
        return self.capacity == 1

    @property
    def takes_images(self) -> bool:
        return self.slot is not Slot.VIDEO_REFERENCE_BASE

    def beside(self, step: int) -> "Place | None":
        """The next place of the same group to the left (-1) or to the right (1)."""
        if self.slot in FRAMES:
            at = (START, END).index(self) + step
            return (START, END)[at] if 0 <= at < 2 else None
        at = self.at + step
        return replace(self, at=at) if 0 <= at < self.capacity else None


START = Place(Slot.START_FRAME)
END = Place(Slot.END_FRAME)
VIDEO = Place(Slot.VIDEO_REFERENCE_BASE)


def reference_places(spec: ModelSpec) -> tuple[Place, ...]:
    """The places for reference images that a model has."""
    capacity = spec.capacity_of(Slot.IMAGE_REFERENCE)
    return tuple(Place(Slot.IMAGE_REFERENCE, at, capacity) for at in range(capacity))


def all_places(spec: ModelSpec) -> tuple[Place, ...]:
    """Every place of the form with a model, in the order of the form."""
    return (START, END, *reference_places(spec), VIDEO)


def is_clip_name(path: Path) -> bool:
    return path.suffix.lower().removeprefix(".") in CLIPS


def dialog_filter(place: Place) -> str:
    """Return the filter of a file dialog for what a drop on `place` takes. Some dialogs tell capital letters apart."""
    if not place.takes_images:
        return f"Clips ({_patterns(CLIPS)});;All files (*)"
    return f"Pictures and clips ({_patterns((*IMAGES, *CLIPS))});;Pictures ({_patterns(IMAGES)});;All files (*)"


def _patterns(suffixes: tuple[str, ...]) -> str:
    return " ".join(f"*.{one}" for suffix in suffixes for one in (suffix, suffix.upper()))
