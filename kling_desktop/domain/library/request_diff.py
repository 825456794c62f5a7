"""In what do the requests of several takes differ?"""

from collections.abc import Sequence
from dataclasses import dataclass

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.draft_from_clip import clip_seed
from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.request.models import Slot

_GAP = " … "
_SLOTS = {
    Slot.START_FRAME: "Start frame",
    Slot.END_FRAME: "End frame",
    Slot.IMAGE_REFERENCE: "References",
    Slot.VIDEO_REFERENCE_BASE: "Video to edit",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that isn't the same for all; a value for each take, in their order."""

    name: str
    values: tuple[str, ...]


def request_differences(takes: Sequence[Job]) -> tuple[Difference, ...]:
    """What tells the takes apart, in the order of the form; of prompts only the words unlike the first's."""
    told = [_told(take) for take in takes]
    rows = (Difference(name, tuple(one[name] for one in told)) for name in told[0])
    return (*_of_prompts(takes), *(row for row in rows if len(set(row.values)) > 1))


def changed_words(one: str, other: str) -> tuple[str, str]:
    """The words of each text that the other doesn't have in that place."""
    left, right = one.split(), other.split()
    from difflib import SequenceMatcher  # for those who look, not for the start

    changes = [code for code in SequenceMatcher(None, left, right, autojunk=False).get_opcodes() if code[0] != "equal"]
    only_left = _GAP.join(" ".join(left[a:b]) for _, a, b, _, _ in changes if b > a)
    only_right = _GAP.join(" ".join(right[a:b]) for _, _, _, a, b in changes if b > a)
    return only_left or "–", only_right or "–"


def _of_prompts(takes: Sequence[Job]) -> tuple[Difference, ...]:
    first, *others = (take.draft.prompt for take in takes)
    if all(prompt == first for prompt in others):
        return ()
    if len(others) == 1:
        return (Difference("Prompt", changed_words(first, others[0])),)
    said = (changed_words(first, prompt)[1] if prompt != first else "as the first" for prompt in others)
    return (Difference("Prompt", ("the first", *said)),)


def _told(take: Job) -> dict[str, str]:
    draft, seed = take.draft, clip_seed(take)
    return {
        "Way": type_of(draft).value,
        **{name: _media(draft, slot) for slot, name in _SLOTS.items()},
        "Size": str(draft.size),
        "Length": f"{draft.duration} s",
        "Seed": "not told" if seed is None else str(seed),
        "Prompt enhancement": draft.prompt_enhance or "not set",
        "Mode": draft.mode or "not set",
        "Cost": str(take.cost) if take.cost else "not told",
    }


def _media(draft: Draft, slot: Slot) -> str:
    return ", ".join(media_name(media) for media in draft.used(slot)) or "none"


def media_name(media: Media) -> str:
    """What people may know it by: its file's name, or how its ID begins."""
    match media:
        case LocalImage(name=name, sha256=sha256, fit=fit):
            return (name or sha256[:8]) + (f" ({fit})" if fit else "")
        case StoredMedia(id=media_id):
            return media_id[:8]
        case Placeholder(text=text):
            return text
