"""Pictures that are being copied beside the window, on their way into a slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.draft import LocalImage, Media
from kling_desktop.domain.model import KLING_O1, Slot
from kling_desktop.ui.composer.background import Background
from kling_desktop.ui.composer.offers import RawImage
from kling_desktop.ui.composer.places import Place


@dataclass(frozen=True, slots=True, eq=False)
class Copying:
    """`count` pictures that are to fill the free places of a slot, or one in the stead of `over`."""

    slot: Slot
    count: int
    over: Media | None


class UnderWay(QObject):
    """`arrived(copying, results)` with a LocalImage or the sentence why not for each picture, unless forgotten before.

    `folder` is where the app keeps its copies.
    """

    arrived = Signal(object, object)

    def __init__(self, background: Background, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._folder = folder
        self._copying: list[Copying] = []

    def coming(self, slot: Slot) -> int:
        """How many free places of `slot` are spoken for."""
        return sum(copying.count for copying in self._copying if copying.slot is slot and copying.over is None)

    def leads_to(self, place: Place, held: Sequence[Media]) -> bool:
        """Whether a picture is on its way into this place; `held` is what lies in its slot."""
        if place.at < len(held):
            return any(copying.over is held[place.at] for copying in self._copying if copying.slot is place.slot)
        return place.at - len(held) < self.coming(place.slot)

    def copy(self, slot: Slot, pictures: Sequence[Path | RawImage], over: Media | None) -> None:
        """Set out with `pictures`; a single one may be meant to lie over another."""
        copying = Copying(slot, len(pictures), over)
        self._copying.append(copying)
        self._background.run(partial(_copied, pictures, self._folder), partial(self._land, copying))

    def forget(self, place: Place, lies_there: Media | None) -> None:
        """Drop what is still on its way to the same place: the latest act counts."""
        is_single = KLING_O1.capacity[place.slot] == 1
        self._copying = [
            copying
            for copying in self._copying
            if copying.slot is not place.slot
            or not (is_single or (lies_there is not None and copying.over is lies_there))
        ]

    def _land(self, copying: Copying, results: list[LocalImage | str]) -> None:
        if copying in self._copying:
            self._copying.remove(copying)
            self.arrived.emit(copying, results)


def _copied(pictures: Sequence[Path | RawImage], folder: Path) -> list[LocalImage | str]:
    from kling_desktop.ui.composer.copies import (  # Pillow is for the first picture to pay, not the start
        copy_file,
        copy_raw,
    )

    return [copy_file(one, folder) if isinstance(one, Path) else copy_raw(one, folder) for one in pictures]
