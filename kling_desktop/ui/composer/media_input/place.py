"""The places of the form that take media: where each is, and what it is called."""

from dataclasses import dataclass, field, replace

from kling_desktop.domain.request.models import FRAMES, ModelSpec, Slot

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
