"""Pictures being fetched or copied in the background on their way into a slot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import LocalImage, Media, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.background import BackgroundRunner
from kling_desktop.ui.composer.media_input.drop_data import (
    DroppedClipFile,
    DroppedImage,
    FirstFrame,
    RawImage,
    WebAddress,
)
from kling_desktop.ui.composer.media_input.place import Place

Fetch = Callable[[str, str, Callable[[bytes | str], None]], Callable[[], None]]
"""fetch(address, name, done) calls done with the bytes or a sentence that says why not; it returns a function that
cancels it.
"""


FindClip = Callable[[str], Job | None]
"""Returns the job of the clip with the content of a digest. Called in the background."""


def is_same(one: Media | None, other: Media) -> bool:
    """Whether this is the same media, whatever was learned about it or done to its shape since."""
    match one, other:
        case StoredMedia(id=media_id), StoredMedia(id=other_id):
            return media_id == other_id
        case LocalImage(file=file), LocalImage(file=other_file):
            return file == other_file
    return one == other


def fetches_nothing(_address: str, _name: str, done: Callable[[bytes | str], None]) -> Callable[[], None]:
    """A fetch for places without web access."""
    done("Web addresses can't be fetched here. Save the picture and drop the file.")
    return lambda: None


@dataclass(slots=True, eq=False)
class PendingImport:
    """`count` pictures for the free places of a slot, or one to replace `over`.

    stop cancels the fetch; None when nothing is being fetched.
    """

    slot: Slot
    count: int
    over: Media | None
    stop: Callable[[], None] | None = None


class PendingImports(QObject):
    """Emits `arrived(import, results)` with media or a sentence that says why not for each picture, unless
    discarded before; `changed` when a fetch has turned into a copy.

    `folder` is where the app keeps its copies.
    """

    arrived = Signal(object, object)
    changed = Signal()

    def __init__(
        self, background: BackgroundRunner, folder: Path, fetch: Fetch, find_clip: FindClip, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._find_clip = find_clip
        self._background = background
        self._folder = folder
        self._fetch = fetch
        self._copying: list[PendingImport] = []

    def incoming(self, slot: Slot) -> int:
        """How many free places of `slot` are taken by imports."""
        return sum(copying.count for copying in self._copying if copying.slot is slot and copying.over is None)

    def is_for(self, place: Place, held: Sequence[Media]) -> PendingImport | None:
        """The imports for this place; `held` is what its slot holds."""
        before = len(held)
        for copying in self._copying:
            if copying.slot is not place.slot:
                continue
            if copying.over is not None:
                if place.at < len(held) and is_same(copying.over, held[place.at]):
                    return copying
            elif before <= place.at < (before := before + copying.count):
                return copying
        return None

    def copy(self, slot: Slot, pictures: Sequence[DroppedImage], over: Media | None) -> None:
        """Start importing `pictures`. A single one may replace another, and only a single one may be fetched."""
        copying = PendingImport(slot, len(pictures), over)
        self._copying.append(copying)
        match pictures:
            case [WebAddress() as address]:
                fetched = partial(self._fetched, copying, address.name)
                stop = self._fetch(address.url, address.name, fetched)
                copying.stop = stop if copying in self._copying else None
            case _:
                self._copy(copying, pictures)

    def discard(self, place: Place, lies_there: Media | None) -> None:
        """Cancel what is still on its way to the same place: the latest action wins."""
        for copying in tuple(self._copying):
            if copying.slot is place.slot and (
                place.is_single or (lies_there is not None and is_same(copying.over, lies_there))
            ):
                self.cancel(copying)

    def cancel(self, copying: PendingImport) -> None:
        """Ignore whatever comes of it."""
        self._copying.remove(copying)
        if copying.stop:
            copying.stop()

    def _fetched(self, copying: PendingImport, name: str, result: bytes | str) -> None:
        copying.stop = None
        if copying not in self._copying:
            return
        if isinstance(result, str):
            self._land(copying, [result])
        else:
            self._copy(copying, [RawImage(result, QImage(), name=name)])
            self.changed.emit()

    def _copy(self, copying: PendingImport, pictures: Sequence[DroppedImage]) -> None:
        self._background.run(partial(_copied, pictures, self._folder, self._find_clip), partial(self._land, copying))

    def _land(self, copying: PendingImport, results: list[LocalImage | StoredMedia | str]) -> None:
        if copying in self._copying:
            self._copying.remove(copying)
            self.arrived.emit(copying, results)


def _copied(
    pictures: Sequence[DroppedImage], folder: Path, find_clip: FindClip
) -> list[LocalImage | StoredMedia | str]:
    # Pillow is loaded with the first picture, not at start-up.
    from kling_desktop.ui.composer.media_input.import_copy import copy_file, copy_frame, copy_raw, read_base_video

    results: list[LocalImage | StoredMedia | str] = []
    for picture in pictures:
        match picture:
            case Path():
                results.append(copy_file(picture, folder, find_clip))
            case DroppedClipFile(file):
                results.append(read_base_video(file, find_clip))
            case FirstFrame():
                results.append(copy_frame(picture, folder))
            case RawImage():
                results.append(copy_raw(picture, folder))
    return results
