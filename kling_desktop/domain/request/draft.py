"""What the user has put into the form so far. Frozen, so that undo is a list of drafts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import DEFAULT_MODEL, GenerationType, ModelSpec, Size, Slot

UPLOADED = "UPLOADED"
GENERATED = "GENERATED"
MEDIA_KINDS = (UPLOADED, GENERATED)
EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Origin:
    """The clip that something was taken from, as it can still be told when that clip is gone.

    job: its job's ID. frame: which of its frames, 0 first; None for all of it. generation: its ID at the service.
    words: how its prompt begins.
    """

    job: str
    frame: int | None = None
    generation: str = ""
    prompt_excerpt: str = ""


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """An image or a video that the service already has. Facts about it are None until known.

    kind is what the request calls `type`: UPLOADED or GENERATED. known: whether the service has it in this account.
    origin: the clip it is, or is of. more: what a preset of a newer version says of it beside, as JSON, to be written
    back; the same in other media. Where it came from makes it no other media.
    """

    id: str
    kind: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    is_known: bool | None = None
    origin: Origin | None = field(default=None, compare=False)
    extra_json: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LocalImage:
    """A picture of the user's, uploaded when the request is sent.

    file is the app's own copy where it was dropped (browsers delete theirs), sha256 names the content it came with.
    note says what was done to it since ("Converted from TIFF"). fit is how it becomes a frame of the video's shape,
    if the user has chosen; it has no effect where the shapes agree, nor on a reference. origin: the clip that it is a
    frame of; what it came from makes it no other picture.
    """

    file: str
    name: str = ""
    sha256: str = ""
    width: int | None = None
    height: int | None = None
    note: str = ""
    fit: Fit | None = None
    origin: Origin | None = field(default=None, compare=False)
    extra_json: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A `<YOUR_…>` place of a pasted sample that nobody has filled in yet."""

    text: str
    extra_json: str = field(default="", compare=False)


Media = StoredMedia | LocalImage | Placeholder


@dataclass(frozen=True, slots=True)
class Draft:
    """A request in the making. Optional settings are None until the user sets them, and are then left out.

    takes is how many times the same request is ordered, each as a job of its own.
    parked names the slots whose media is kept in place but not used. wanted is the way that the user has asked for
    while its slots are still to be filled; until then nothing is sent. blanks are the names of those that came with the
    prompt of a preset; preset is the ID of the one that was loaded last. origin is the clip whose settings were taken
    over. instead_of is the ID of the unsent job that was taken out of the queue into the form: what is ordered from
    that takes its place. extra and extra_parameters hold keys of a request read from outside that this app doesn't
    know.
    """

    prompt: str = ""
    duration: int = DEFAULT_MODEL.durations[0]
    size: Size = DEFAULT_MODEL.aspects[0].size
    start_frame: tuple[Media, ...] = ()
    end_frame: tuple[Media, ...] = ()
    image_reference: tuple[Media, ...] = ()
    video_reference_base: tuple[Media, ...] = ()
    parked: frozenset[Slot] = frozenset()
    wanted_type: GenerationType | None = None
    template_fields: tuple[str, ...] = ()
    preset: str = ""
    origin: Origin | None = None
    replaces: str = ""
    takes: int = 1
    public: bool = False
    seed: int | Placeholder | None = None
    mode: str | None = None
    prompt_enhance: str | None = None
    quantity: int | None = None
    model: str = DEFAULT_MODEL.id
    extra: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    extra_parameters: Mapping[str, Any] = field(default_factory=lambda: EMPTY)

    @classmethod
    def for_model(cls, spec: ModelSpec) -> "Draft":
        """An empty draft with the model's first length and aspect ratio."""
        return cls(duration=spec.durations[0], size=spec.aspects[0].size, model=spec.id)

    def media(self, slot: Slot) -> tuple[Media, ...]:
        """What lies in a slot, parked or not."""
        held: tuple[Media, ...] = getattr(self, slot.value)
        return held

    def used(self, slot: Slot) -> tuple[Media, ...]:
        """What lies in a slot and takes part in the request."""
        return () if slot in self.parked else self.media(slot)

    def with_media(self, slot: Slot, media: tuple[Media, ...]) -> "Draft":
        changes: dict[str, Any] = {slot.value: media}
        return replace(self, **changes)
