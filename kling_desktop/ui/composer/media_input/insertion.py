"""Puts media into slots: at once, or after fetching and copying, each as one undo step."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.request.draft import LocalImage, Media, StoredMedia
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.text import plural
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.media_input.drop_check import SlotRoom
from kling_desktop.ui.composer.media_input.drop_data import DroppedImage
from kling_desktop.ui.composer.media_input.pending import PendingImport, PendingImports, is_same
from kling_desktop.ui.composer.media_input.place import Place
from kling_desktop.ui.composer.media_input.recent_media import RecentMedia


class MediaInsertion(QObject):
    """Emits `changed` as an import starts, progresses or ends. refuse(slot, reason) is called when media can't stay."""

    changed = Signal()

    def __init__(
        self,
        composer: Composer,
        under_way: PendingImports,
        recents: RecentMedia,
        refuse: Callable[[Slot, str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._composer = composer
        self._under_way = under_way
        self._recents = recents
        self._refuse = refuse
        under_way.arrived.connect(self._arrived)
        under_way.changed.connect(self.changed)

    def room(self, slot: Slot) -> SlotRoom:
        """How full a slot is."""
        return SlotRoom(len(self._held(slot)), self._under_way.incoming(slot), self._form.spec.capacity_of(slot))

    def pending_in(self, place: Place) -> str:
        """What is happening to a picture on its way into this place; "" when there is none."""
        copying = self._under_way.is_for(place, self._held(place.slot))
        return "" if copying is None else "Fetching…" if copying.stop else "Copying…"

    def cancel(self, place: Place) -> bool:
        """Cancel what is on its way into this place; False when there is nothing."""
        copying = self._under_way.is_for(place, self._held(place.slot))
        if copying:
            self._under_way.cancel(copying)
        return copying is not None

    def forget(self, place: Place) -> None:
        """A new action at this place replaces what was on its way there."""
        self._under_way.discard(place, self._lies_at(place))

    def import_image(self, place: Place, pictures: Sequence[DroppedImage]) -> None:
        """Import pictures that have to be fetched or copied first."""
        self.forget(place)
        self._under_way.copy(place.slot, pictures, self._lies_at(place) if len(pictures) == 1 else None)
        self.changed.emit()

    def import_files(self, place: Place, paths: Sequence[Path]) -> None:
        """Import as many files as fit; report the rest."""
        room = self.room(place.slot).room(place, len(paths))
        self.import_image(place, paths[:room])
        if left_out := len(paths[room:]):
            self._refuse(
                place.slot,
                plural(
                    left_out,
                    one="There is room for {most} references. {count} file was left out",
                    other="There is room for {most} references. {count} files were left out",
                    most=self._form.spec.capacity_of(place.slot),
                ),
            )

    def add(self, several: Sequence[Media], slot: Slot) -> None:
        """Fill the free places."""
        row = self.room(slot)
        taken = several[: row.capacity - row.held - row.coming]
        self._fill(slot, taken)
        if left_out := len(several) - len(taken):
            self._refuse(
                slot,
                plural(
                    left_out,
                    one="There is room for {most} references. {count} ID was left out",
                    other="There is room for {most} references. {count} IDs were left out",
                    most=row.capacity,
                ),
            )

    def put(self, slot: Slot, media: Media, at: int) -> None:
        """Put one into a place, replacing what is there."""
        if slot is not Slot.VIDEO_REFERENCE_BASE:
            self._recents.add((media,))
        self._composer.put_media(slot, media, at)

    @property
    def _form(self) -> Form:
        return self._composer.form

    def _held(self, slot: Slot) -> tuple[Media, ...]:
        return self._composer.draft.media(slot)

    def _lies_at(self, place: Place) -> Media | None:
        held = self._held(place.slot)
        return held[place.at] if place.at < len(held) else None

    def _fill(self, slot: Slot, taken: Sequence[Media]) -> None:
        self._recents.add(taken)
        self._composer.replace(self._composer.draft.with_media(slot, (*self._held(slot), *taken)))

    def _arrived(self, copying: PendingImport, results: Sequence[LocalImage | StoredMedia | str]) -> None:
        """Put what was copied into the slots; report what wasn't, and why."""
        slot = copying.slot
        refused = [result for result in results if isinstance(result, str)]
        images = [result for result in results if not isinstance(result, str)]
        if (blocked := self._form.slot(slot).blocked_reason) and not refused:
            refused.append(blocked)
        held = self._held(slot)
        # If the place was filled or emptied meanwhile, the later action wins.
        at = next((at for at, media in enumerate(held) if is_same(copying.over, media)), None)
        if not blocked and images and at is not None:
            self.put(slot, images[0], at)
        elif not blocked and copying.over is None:
            self._fill(slot, images[: self._form.spec.capacity_of(slot) - len(held)])
        if refused:
            self._refuse(slot, " · ".join(refused))
        self.changed.emit()
