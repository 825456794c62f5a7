"""What the user has put into the form so far. Frozen, so that undo is a list of drafts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.model_table import DEFAULT_MODEL
from kling_desktop.domain.request.models import GenerationType, ModelSpec, Size, Slot

UPLOADED = "UPLOADED"
GENERATED = "GENERATED"
MEDIA_KINDS = (UPLOADED, GENERATED)
EMPTY: Mapping[str, Any] = MappingProxyType({})

_PLACEHOLDER = re.compile(r"<[A-Za-z][A-Za-z0-9_ -]{0,60}>|YOUR_[A-Z0-9_]{1,60}")


@dataclass(frozen=True, slots=True)
class Origin:
    """The clip that something was taken from, with enough about it to be named when the clip is gone.

    Attributes:
        job: The clip's job ID.
        frame: Which of its frames, counted from 0; None for the whole clip.
        generation: Its ID at the service.
        prompt_excerpt: How its prompt begins.
    """

    job: str
    frame: int | None = None
    generation: str = ""
    prompt_excerpt: str = ""


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """An image or a video that the service already has. Facts about it are None until they are known.

    Attributes:
        kind: What the request calls `type`: UPLOADED or GENERATED.
        is_known: Whether the service has it in this account.
        origin: The clip it is, or is a frame of. Doesn't count when media are compared.
        extra_json: What a newer version's preset says about it, kept to be written back. The same in other media.
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
    """An image of the user's that is uploaded when the request is sent.

    Attributes:
        file: The app's own copy if it was dropped, because browsers delete theirs.
        sha256: Of the content it came with.
        note: What was done to it since: "Converted from TIFF".
        fit: How the user wants it to become a frame of the video's shape. It has no effect where the shapes agree,
            nor on a reference.
        origin: The clip it is a frame of. Doesn't count when media are compared.
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
    """A place that a printed sample leaves for the reader to fill in: <YOUR_START_IMAGE_ID>, YOUR_SEED."""

    text: str
    extra_json: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """What it asks for, in words: "start image" for <YOUR_START_IMAGE_ID>; "" for a bare <YOUR_ID>."""
        words = self.text.strip("<>").replace("_", " ").lower().split()
        return " ".join(words[words[:1] == ["your"] : len(words) - (words[-1:] == ["id"])])


def parse_placeholder(text: str) -> Placeholder | None:
    """Return the placeholder that the whole text is; None when it is anything else."""
    return Placeholder(text.strip()) if _PLACEHOLDER.fullmatch(text.strip()) else None


Media = StoredMedia | LocalImage | Placeholder


@dataclass(frozen=True, slots=True)
class Draft:
    """A request being composed. Optional settings are None until the user sets them, and are then left out.

    Attributes:
        takes: How many times the request is submitted, each time as a job of its own.
        parked: The slots whose media are kept but not sent.
        wanted_type: The generation type that the user picked while its slots are still to be filled. Nothing can be
            sent until then.
        template_fields: The names of the blanks that came with the prompt of a preset.
        preset: The ID of the preset loaded last.
        origin: The clip whose settings were taken over.
        sound: Whether the clip is to have sound, in a model that can make it.
        replaces: The ID of the pending job that was taken out of the queue to be edited. The next submission takes
            its place.
        extra: Top-level keys of a request from outside that this app doesn't know.
        extra_parameters: Such keys among the parameters.
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
    sound: bool = False
    model: str = DEFAULT_MODEL.id
    extra: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    extra_parameters: Mapping[str, Any] = field(default_factory=lambda: EMPTY)

    @classmethod
    def for_model(cls, spec: ModelSpec) -> "Draft":
        """An empty draft with the usual length and size of a model."""
        return cls(duration=spec.usual_duration, size=spec.aspects[0].size, model=spec.id)

    def media(self, slot: Slot) -> tuple[Media, ...]:
        """What is in a slot, parked or not."""
        held: tuple[Media, ...] = getattr(self, slot.value)
        return held

    def used(self, slot: Slot) -> tuple[Media, ...]:
        """What is in a slot and will be sent."""
        return () if slot in self.parked else self.media(slot)

    def with_media(self, slot: Slot, media: tuple[Media, ...]) -> "Draft":
        changes: dict[str, Any] = {slot.value: media}
        return replace(self, **changes)
