"""The one way into a slot: into the draft, or a sentence that says why not."""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, LocalImage, Media, StoredMedia
from kling_desktop.domain.request.form import Form, FormAction
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.media_ids import InvalidId, parse_media_id, parse_media_ids
from kling_desktop.domain.request.models import Slot
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.media_input.background import BackgroundRunner
from kling_desktop.ui.composer.media_input.drop_check import SlotRoom, best_place, drop_answer, drop_blocked_reason
from kling_desktop.ui.composer.media_input.drop_data import (
    DraggedSlot,
    DropData,
    DroppedClip,
    DroppedClipFile,
    DroppedFiles,
    DroppedText,
    FirstFrame,
    RawImage,
    WebAddress,
    is_request,
    is_request_file,
    likely_kind,
    local_files,
    read_drop,
    read_web_address,
    slot_mime,
)
from kling_desktop.ui.composer.media_input.insertion import MediaInsertion
from kling_desktop.ui.composer.media_input.pending import Fetch, FindClip, PendingImports
from kling_desktop.ui.composer.media_input.place import VIDEO, Place
from kling_desktop.ui.composer.media_input.recent_media import RecentMedia
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.widgets import DropAnswer


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something wasn't taken, perhaps with the action that unblocks the slot, and what it was."""

    sentence: str
    action: FormAction | None = None
    blocked: str = ""
    place: Place | None = None
    offer: DropData | None = None


class Rejections:
    """The latest rejection of each slot."""

    def __init__(self) -> None:
        self._kept: dict[Slot, Rejection] = {}

    def of(self, slot: Slot, form: Form) -> Rejection | None:
        """The slot's rejection; outdated once the slot has been blocked or unblocked since."""
        said = self._kept.get(slot)
        return said if said and said.blocked == form.slot(slot).blocked_reason else None

    def record(
        self, slot: Slot, sentence: str, form: Form, place: Place | None = None, offer: DropData | None = None
    ) -> None:
        """A blocked slot offers the action that unblocks it, for what was offered to it."""
        control = form.slot(slot)
        self._kept[slot] = Rejection(sentence, control.action, control.blocked_reason, place, offer)

    def offered_with(self, action: FormAction, form: Form) -> Rejection | None:
        """The rejection of something that can be taken after this action."""
        said = (self.of(slot, form) for slot in self._kept)
        return next((one for one in said if one and one.action == action and one.offer is not None), None)

    def clear(self, *slots: Slot) -> None:
        """Forget those of these slots, or all."""
        for slot in slots or tuple(self._kept):
            self._kept.pop(slot, None)


class MediaInput(QObject):
    """Emits `changed` when an import starts or ends, or there is a new rejection. recents: recently used images."""

    changed = Signal()
    request_offered = Signal(QMimeData)
    """A file with a request or a table came here instead of the window. It lives no longer than the call."""

    def __init__(
        self,
        composer: Composer,
        background: BackgroundRunner,
        folder: Path,
        fetch: Fetch,
        find_clip: FindClip,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._composer = composer
        self.recents = RecentMedia(self)
        under_way = PendingImports(background, folder, fetch, find_clip, self)
        self._arrivals = MediaInsertion(composer, under_way, self.recents, self.reject, self)
        self._arrivals.changed.connect(self.changed)
        # Two windows may be open: media dragged from one window's slots are not slots of the other.
        self._name = secrets.token_hex(8)
        self._complaints = Rejections()
        self._expected: tuple[Place, DropData] | None = None
        widget_state.connect_for_lifetime(composer.changed, self, lambda _form: self._take_expected())

    def rejection(self, slot: Slot) -> Rejection | None:
        """What this slot rejected last."""
        return self._complaints.of(slot, self._form)

    def clear_rejections(self, *slots: Slot) -> None:
        """Forget the rejections of these slots: they have been read."""
        self._complaints.clear(*slots)
        self.changed.emit()

    def blocked_reason(self, place: Place) -> str:
        """Why `place` takes nothing new now; "" when it does."""
        return self._form.slot(place.slot).blocked_reason

    def is_filled(self, place: Place) -> bool:
        """Whether `place` holds media."""
        return place.at < len(self._held(place.slot))

    def pending_in(self, place: Place) -> str:
        """What is happening to a picture on its way into this place; "" when there is none."""
        return self._arrivals.pending_in(place)

    def drop_answer(self, place: Place, data: QMimeData) -> DropAnswer:
        """What `place` would do with something dragged or pasted."""
        if is_request_file(data):
            return DropAnswer(True, "Fill the form from this file", "Read")
        row = self._row(place.slot)
        offer = read_drop(data, self._name, only_dragged=True)
        return drop_answer(self._form, self._composer.draft, place, row, offer)

    def answer_for(self, place: Place, lifted: Place) -> DropAnswer:
        """What `place` would do with the media of another place."""
        return drop_answer(self._form, self._composer.draft, place, self._row(place.slot), DraggedSlot(lifted))

    def free_reference(self) -> Place:
        """Where the next reference goes; the last place once all are in use."""
        row = self._row(Slot.IMAGE_REFERENCE)
        return Place(Slot.IMAGE_REFERENCE, min(row.held + row.coming, row.capacity - 1), row.capacity)

    def drag_data(self, place: Place) -> QMimeData:
        """The drag data of `place`."""
        return slot_mime(place, self._held(place.slot)[place.at], self._name)

    def insert_data(self, place: Place, data: QMimeData) -> None:
        """Take what was dropped on `place` or pasted into it."""
        if is_request_file(data):
            self.request_offered.emit(data)
        else:
            self.insert(place, read_drop(data, self._name))

    def insert_anywhere(self, data: QMimeData) -> bool:
        """Take what was pasted into the form as a whole, if there is one sensible place; False when it isn't for a
        slot.
        """
        offer = read_drop(data, self._name)
        if offer is None or (isinstance(offer, DroppedText) and not offer.holds_ids):
            return False
        match best_place(self._composer.draft, offer, self._form.spec):
            case Place() as place:
                self.insert(place, offer)
            case question:
                self.reject(Slot.START_FRAME, question)
        return True

    def insert_from_prompt(self, data: QMimeData) -> str:
        """Take a picture dropped on the prompt as a reference, and return the mention to insert. What holds a request
        is read.
        """
        if local_files(data) and is_request(data):
            self.request_offered.emit(data)
            return ""
        offer = read_drop(data, self._name)
        if isinstance(offer, DraggedSlot) and offer.place.slot is Slot.IMAGE_REFERENCE:
            return f"@image{offer.place.at + 1} "
        self.insert(VIDEO if isinstance(offer, DroppedClip) else self.free_reference(), offer)
        return ""

    def insert(self, place: Place, offer: DropData | None) -> None:
        """Put the dropped data into `place`."""
        if why := drop_blocked_reason(self._form, self._composer.draft, place, self._row(place.slot), offer):
            self._complaints.record(place.slot, why, self._form, place, offer)
            self.changed.emit()
            return
        match offer:
            case DraggedSlot():
                self.move(offer.place, place)
            case DroppedClip(file=Path() as film) if place.takes_images:
                self._bring(place, FirstFrame(film, offer.origin))
            case DroppedClip(video=StoredMedia() as video):
                self.put(place, video)
            case DroppedText():
                self.insert_text(place, offer.text)
            case DroppedFiles([file]) if not place.takes_images:
                self._bring(place, DroppedClipFile(file))
            case DroppedFiles():
                self._complaints.clear()
                self._arrivals.import_files(place, offer.paths)
            case RawImage() | WebAddress():
                self._bring(place, offer)

    def perform(self, action: FormAction) -> None:
        """Perform an action that unblocks a slot, and put what was just offered to that slot into it.

        Where another slot has to be filled first, it waits for that.
        """
        rejection = self._complaints.offered_with(action, self._form)
        self._expected = None
        if rejection and rejection.place and rejection.offer:
            self._expected = rejection.place, rejection.offer
            self._complaints.clear(rejection.place.slot)
        self._composer.apply_action(action)
        self._take_expected()

    def _take_expected(self) -> None:
        if self._expected is None:
            return
        place, offer = self._expected
        if self.is_filled(place) and not isinstance(offer, DraggedSlot) and place.is_single:
            self._expected = None  # something else was put there
        elif not self.blocked_reason(place):
            self._expected = None
            self.insert(place, offer)

    def insert_text(self, place: Place, text: str) -> str:
        """Take the ID or address in `text`. Returns why that can't be, or "" when it worked."""
        if address := read_web_address(text):
            why = drop_blocked_reason(self._form, self._composer.draft, place, self._row(place.slot), address)
            if not why:
                self._bring(place, address)
            return why
        try:
            found = parse_media_ids(text) if not place.is_single else (parse_media_id(text),)
        except InvalidId as why:
            return str(why)
        kind = likely_kind(text) if place.takes_images else GENERATED
        if len(found) == 1:
            self.put(place, StoredMedia(found[0], kind))
        elif blocked := self.blocked_reason(place):
            self.reject(place.slot, blocked)
        else:
            self._complaints.clear()
            self._arrivals.add([StoredMedia(one, kind) for one in found], place.slot)
            self.changed.emit()
        return ""

    def move(self, place: Place, to: Place) -> bool:
        """Move the media of `place` to another place, or swap the two.

        Returns False, and records the reason, when a rule forbids it.
        """
        if why := drop_blocked_reason(self._form, self._composer.draft, to, self._row(to.slot), DraggedSlot(place)):
            self.reject(to.slot, why)
            return False
        self._complaints.clear()
        self._composer.move_media(place.slot, place.at, to.slot, to.at)
        self.changed.emit()
        return True

    def put(self, place: Place, media: Media) -> None:
        """Put `media` into `place`, replacing what is there."""
        if blocked := self._form.slot(place.slot).blocked_reason:
            self.reject(place.slot, blocked)
            return
        self._complaints.clear()
        self._arrivals.forget(place)
        self._arrivals.put(place.slot, media, place.at)
        self.changed.emit()

    def set_kind(self, place: Place, kind: str) -> None:
        """Set whether the image in `place` was UPLOADED or GENERATED."""
        held = self._held(place.slot)
        if place.at < len(held) and isinstance(media := held[place.at], StoredMedia):
            self._composer.put_media(place.slot, replace(media, kind=kind), place.at)

    def set_fit(self, fit: Fit | None, *places: Place) -> None:
        """Set how the pictures there are fitted to the video's shape, as one undo step; None sends them as they are."""
        draft = self._composer.draft
        for place in places:
            held = draft.media(place.slot)
            if place.at < len(held) and isinstance(media := held[place.at], LocalImage):
                draft = draft_edits.put(draft, place.slot, replace(media, fit=fit), place.at)
        self._composer.replace(draft)

    def switch_kind(self, place: Place) -> None:
        """Switch between UPLOADED and GENERATED."""
        media = self._lies_at(place)
        if isinstance(media, StoredMedia):
            self.set_kind(place, UPLOADED if media.kind == GENERATED else GENERATED)

    def remove(self, place: Place) -> None:
        """Empty `place`. An import on its way there is cancelled first, and what is already there stays."""
        self._complaints.clear()
        if not self._arrivals.cancel(place):
            self._arrivals.forget(place)
            if self.is_filled(place):
                self._composer.remove_media(place.slot, place.at)
        self.changed.emit()

    def keep_rejected(self, place: Place, data: QMimeData) -> None:
        """Keep what `place` has just rejected, for the action that unblocks it."""
        if rejection := self.rejection(place.slot):
            self._complaints.record(place.slot, rejection.sentence, self._form, place, read_drop(data, self._name))

    def reject(self, slot: Slot, sentence: str) -> None:
        """Record why something wasn't taken; a blocked slot offers the action that unblocks it."""
        self._complaints.record(slot, sentence, self._form)
        self.changed.emit()

    @property
    def _form(self) -> Form:
        return self._composer.form

    def _held(self, slot: Slot) -> tuple[Media, ...]:
        return self._composer.draft.media(slot)

    def _row(self, slot: Slot) -> SlotRoom:
        return self._arrivals.room(slot)

    def _bring(self, place: Place, picture: RawImage | WebAddress | FirstFrame | DroppedClipFile) -> None:
        self._complaints.clear()
        self._arrivals.import_image(place, [picture])

    def _lies_at(self, place: Place) -> Media | None:
        held = self._held(place.slot)
        return held[place.at] if place.at < len(held) else None
