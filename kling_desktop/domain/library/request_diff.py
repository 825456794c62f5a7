"""What differs between the requests of several takes. Of prompts the words that differ, with some words around them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.draft_from_clip import clip_seed
from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.request.models import Slot

_CONTEXT = 2
"""Words shown before and after those that differ."""
_GAP, _NOTHING = "…", "–"
_SLOTS = {
    Slot.START_FRAME: "Start frame",
    Slot.END_FRAME: "End frame",
    Slot.IMAGE_REFERENCE: "References",
    Slot.VIDEO_REFERENCE_BASE: "Video to edit",
}


class Segment(NamedTuple):
    """A part of a text, and whether it differs from the other texts or only gives context."""

    text: str
    is_changed: bool = False


Passage = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that isn't the same in all takes, with its value in each of them."""

    name: str
    values: tuple[Passage, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as plain texts."""
        return tuple(map(plain_text, self.values))


class _Range(NamedTuple):
    """Words from `start` to before `stop`; none if they are equal, where another text has words in between."""

    start: int
    stop: int


def request_differences(takes: Sequence[Job]) -> tuple[Difference, ...]:
    """Return what differs between takes, in the order of the form."""
    settings = [_settings(take) for take in takes]
    rows = (Difference(name, tuple((Segment(one[name]),) for one in settings)) for name in settings[0])
    prompts = [take.draft.prompt for take in takes]
    prompt_rows = (Difference("Prompt", differing_passages(prompts)),) if len(set(prompts)) > 1 else ()
    return (*prompt_rows, *(row for row in rows if len(set(row.values)) > 1))


def differing_passages(texts: Sequence[str]) -> tuple[Passage, ...]:
    """Return, for each text, the words that aren't the same in all texts, with a few words around them.

    Every text is shown at the same places: wherever any of them differs from the first.
    """
    from difflib import SequenceMatcher  # only needed once takes are compared

    first, *others = (text.split() for text in texts)
    codes = [SequenceMatcher(None, first, other, autojunk=False).get_opcodes() for other in others]
    changed = sorted({_Range(a, b) for opcodes in codes for tag, a, b, _, _ in opcodes if tag != "equal"})
    passages = [_in_context(first, changed)]
    for words, opcodes in zip(others, codes, strict=True):
        passages.append(_in_context(words, _mapped(changed, opcodes)))
    return tuple(passages)


def plain_text(passage: Passage) -> str:
    """Return a passage as text, without what marks its changed words."""
    return " ".join(segment.text for segment in passage)


def media_name(media: Media) -> str:
    """Return what people may know media by: the file's name, or how the ID begins."""
    match media:
        case LocalImage(name=name, sha256=sha256, fit=fit):
            return (name or sha256[:8]) + (f" ({fit})" if fit else "")
        case StoredMedia(id=media_id):
            return media_id[:8]
        case Placeholder(text=text):
            return text


def _mapped(ranges: Iterable[_Range], opcodes: Iterable[tuple[str, int, int, int, int]]) -> list[_Range]:
    """Return where ranges of words of the first text are in another one."""
    starts: dict[int, int] = {}
    stops: dict[int, int] = {}
    for tag, a, b, c, d in opcodes:
        for at in range(a, b + 1):
            if tag == "equal":
                start = stop = c + at - a
            else:  # what replaces words, or is inserted between two, counts as a whole
                start = c if at < b or a == b else d
                stop = d if at > a or a == b else c
            starts[at] = min(start, starts.get(at, start))
            stops[at] = max(stop, stops.get(at, stop))
    return [_Range(starts.get(one.start, 0), stops.get(one.stop, 0)) for one in ranges]


def _in_context(words: Sequence[str], changed: Sequence[_Range]) -> Passage:
    """Return the changed words with those around them, and an ellipsis for the words left out."""
    marked = {at for one in changed for at in range(one.start, one.stop)}
    around = (range(max(0, one.start - _CONTEXT), min(len(words), one.stop + _CONTEXT)) for one in changed)
    return tuple(_segments(words, sorted({at for span in around for at in span}), marked)) or (Segment(_NOTHING),)


def _segments(words: Sequence[str], shown: Sequence[int], marked: Collection[int]) -> Iterator[Segment]:
    last = -1
    run: list[str] = []
    is_changed = False
    for at in (*shown, len(words)):
        if run and (at != last + 1 or (at in marked) is not is_changed or at == len(words)):
            yield Segment(" ".join(run), is_changed)
            run = []
        if shown and at != last + 1:
            yield Segment(_GAP)
        if at < len(words):
            run.append(words[at])
            is_changed = at in marked
        last = at


def _settings(take: Job) -> dict[str, str]:
    draft, seed = take.draft, clip_seed(take)
    return {
        "Type": type_of(draft).value,
        **{name: _media(draft, slot) for slot, name in _SLOTS.items()},
        "Size": str(draft.size),
        "Length": f"{draft.duration} s",
        "Seed": "unknown" if seed is None else str(seed),
        "Prompt enhancement": draft.prompt_enhance or "not set",
        "Mode": draft.mode or "not set",
        "Cost": str(take.cost) if take.cost else "unknown",
    }


def _media(draft: Draft, slot: Slot) -> str:
    return ", ".join(media_name(media) for media in draft.used(slot)) or "none"
