"""The clips that came into sight, with their cards, up to a limit."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from kling_desktop.domain.library.clip import Clip
from kling_desktop.ui.library.cards.card import LOADING, Card, card, with_review

PAGE: Final = 24
"""Clips loaded together: more would delay a frame, fewer would load too often."""
_KEPT: Final = 40 * PAGE


class PageCache:
    """Clips by number. A clip is requested once until it is loaded or marked unavailable."""

    def __init__(self) -> None:
        self._clips: OrderedDict[int, Clip] = OrderedDict()
        self._cards: dict[int, Card] = {}
        self._on_their_way: set[int] = set()

    def clip(self, number: int) -> Clip | None:
        """The clip, if it is loaded."""
        clip = self._clips.get(number)
        if clip is not None:
            self._clips.move_to_end(number)
        return clip

    def by_id(self, job_id: str) -> Clip | None:
        return next((clip for clip in self._clips.values() if clip.id == job_id), None)

    def card(self, clip: Clip | None) -> Card:
        """A clip's card stays the same until the clip changes."""
        if clip is None:
            return LOADING
        if clip.number not in self._cards:
            self._cards[clip.number] = with_review(card(clip.job, now=0.0, missing=clip.is_missing), clip)
        return self._cards[clip.number]

    def keep(self, clip: Clip) -> None:
        """Store a clip that was loaded or has changed."""
        self._clips[clip.number] = clip
        self._clips.move_to_end(clip.number)
        self._on_their_way.discard(clip.number)
        self._cards.pop(clip.number, None)
        while len(self._clips) > _KEPT:
            gone, _ = self._clips.popitem(last=False)
            self._cards.pop(gone, None)

    def forget(self, number: int) -> None:
        self._clips.pop(number, None)
        self._cards.pop(number, None)

    def clear(self) -> None:
        for kept in (self._clips, self._cards, self._on_their_way):
            kept.clear()

    def missing(self, numbers: Sequence[int]) -> list[int]:
        """Which of these to load; they count as requested now."""
        asked = [number for number in numbers if number not in self._clips and number not in self._on_their_way]
        self._on_their_way.update(asked)
        return asked

    def mark_unavailable(self, numbers: Iterable[int]) -> None:
        """They can't be loaded now; the next look requests them again."""
        self._on_their_way.difference_update(numbers)
