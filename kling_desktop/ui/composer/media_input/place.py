"""The seven places of the form that take media."""

from dataclasses import dataclass

from kling_desktop.domain.request.models import KLING_O1, Slot

_WORDS = {
    Slot.START_FRAME: "Start frame",
    Slot.END_FRAME: "End frame",
    Slot.IMAGE_REFERENCE: "Reference",
    Slot.VIDEO_REFERENCE_BASE: "Video to edit",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place: the `at`-th of its slot, counted from 0."""

    slot: Slot
    at: int = 0

    @property
    def name(self) -> str:
        """Its name in the form: "Reference 2"."""
        words = _WORDS[self.slot]
        return f"{words} {self.at + 1}" if KLING_O1.capacity[self.slot] > 1 else words

    def beside(self, step: int) -> "Place | None":
        """The next place of the same group to the left (-1) or right (1)."""
        group = next(group for group in ((START, END), REFERENCES, (VIDEO,)) if self in group)
        at = group.index(self) + step
        return group[at] if 0 <= at < len(group) else None

    @property
    def takes_images(self) -> bool:
        return self.slot is not Slot.VIDEO_REFERENCE_BASE


START = Place(Slot.START_FRAME)
END = Place(Slot.END_FRAME)
REFERENCES = tuple(Place(Slot.IMAGE_REFERENCE, at) for at in range(KLING_O1.capacity[Slot.IMAGE_REFERENCE]))
VIDEO = Place(Slot.VIDEO_REFERENCE_BASE)
PLACES = (START, END, *REFERENCES, VIDEO)
