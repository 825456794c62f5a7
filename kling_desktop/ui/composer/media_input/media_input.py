"""Whatever is given to a slot comes through here: into the draft, or else the sentence that says why not is kept."""

import secrets
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, LocalImage, Media, StoredMedia
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.media_ids import NotAnId, read_image_id, read_image_ids
from kling_desktop.domain.request.models import KLING_O1, Slot
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.media_input.background import Background
from kling_desktop.ui.composer.media_input.drop_check import Row, answer, place_for, why_not
from kling_desktop.ui.composer.media_input.drop_data import (
    Address,
    Clip,
    Files,
    FirstFrame,
    Lifted,
    Offer,
    RawImage,
    Words,
    lifted_mime,
    likely_kind,
    read_address,
    read_offer,
)
from kling_desktop.ui.composer.media_input.insertion import Arrivals
from kling_desktop.ui.composer.media_input.pending import Fetch, UnderWay
from kling_desktop.ui.composer.media_input.place import VIDEO, Place
from kling_desktop.ui.composer.media_input.recent_media import Recents
from kling_desktop.ui.composer.media_input.rejections import Complaint, Complaints
from kling_desktop.ui.widgets import DropAnswer


class Intake(QObject):
    """`changed` when a copy starts or ends, or when there is something else to say. recents: images put in lately."""

    changed = Signal()

    def __init__(self, composer: Composer, background: Background, folder: Path, fetch: Fetch, parent: QObject) -> None:
        super().__init__(parent)
        self._composer = composer
        self.recents = Recents(self)
        under_way = UnderWay(background, folder, fetch, self)
        self._arrivals = Arrivals(composer, under_way, self.recents, self.refuse, self)
        self._arrivals.changed.connect(self.changed)
        # Two windows may be open: what is lifted from the slots of one is no place in the other.
        self._name = secrets.token_hex(8)
        self._complaints = Complaints()

    def complaint(self, slot: Slot) -> Complaint | None:
        """What was not taken there lately."""
        return self._complaints.of(slot, self._form)

    def forget_complaints(self, *slots: Slot) -> None:
        """What was said of these slots has been read."""
        self._complaints.forget(*slots)
        self.changed.emit()

    def blocked(self, place: Place) -> str:
        """Why `place` takes nothing new now; "" when it does."""
        return self._form.slot(place.slot).blocked

    def is_filled(self, place: Place) -> bool:
        """Whether something lies in `place`."""
        return place.at < len(self._held(place.slot))

    def on_its_way(self, place: Place) -> str:
        """What is being done with a picture that is on its way into this place; "" when none is."""
        return self._arrivals.on_its_way(place)

    def answer(self, place: Place, data: QMimeData) -> DropAnswer:
        """What `place` would do with what is dragged or pasted."""
        row = self._row(place.slot)
        offer = read_offer(data, self._name, only_dragged=True)
        return answer(self._form, self._composer.draft, place, row, offer)

    def answer_to(self, place: Place, lifted: Place) -> DropAnswer:
        """What `place` would do with what lies in another."""
        return answer(self._form, self._composer.draft, place, self._row(place.slot), Lifted(lifted))

    def free_reference(self) -> Place:
        """Where the next reference goes; the last place once all are taken."""
        row = self._row(Slot.IMAGE_REFERENCE)
        return Place(Slot.IMAGE_REFERENCE, min(row.held + row.coming, row.capacity - 1))

    def lifted(self, place: Place) -> QMimeData:
        """What is dragged away when `place` is."""
        return lifted_mime(place, self._held(place.slot)[place.at], self._name)

    def give_data(self, place: Place, data: QMimeData) -> None:
        """Take what was dropped on `place` or pasted into it."""
        self.give(place, read_offer(data, self._name))

    def give_anywhere(self, data: QMimeData) -> bool:
        """Take what was pasted into the form as a whole, where it makes sense; False when it is nothing for a slot."""
        offer = read_offer(data, self._name)
        if offer is None or (isinstance(offer, Words) and not offer.holds_ids):
            return False
        match place_for(self._composer.draft, offer):
            case Place() as place:
                self.give(place, offer)
            case question:
                self.refuse(Slot.START_FRAME, question)
        return True

    def give_to_prompt(self, data: QMimeData) -> str:
        """Take a picture that was dropped on the prompt as a reference; the answer is what is to be written there."""
        offer = read_offer(data, self._name)
        if isinstance(offer, Lifted) and offer.place.slot is Slot.IMAGE_REFERENCE:
            return f"@image{offer.place.at + 1} "
        self.give(VIDEO if isinstance(offer, Clip) else self.free_reference(), offer)
        return ""

    def give(self, place: Place, offer: Offer | None) -> None:
        """Take what is offered to `place`."""
        if why := why_not(self._form, self._composer.draft, place, self._row(place.slot), offer):
            self.refuse(place.slot, why)
            return
        match offer:
            case Lifted():
                self.move(offer.place, place)
            case Clip(film=Path() as film) if place.takes_images:
                self._bring(place, FirstFrame(film, offer.origin))
            case Clip(video=StoredMedia() as video):
                self.put(place, video)
            case Words():
                self.give_text(place, offer.text)
            case Files():
                self._complaints.forget()
                self._arrivals.bring_files(place, offer.paths)
            case RawImage() | Address():
                self._bring(place, offer)

    def give_text(self, place: Place, text: str) -> str:
        """Take the ID in `text`, or what lies at the address in it; the answer says why that can't be, "" when it was
        taken.
        """
        if address := read_address(text):
            why = why_not(self._form, self._composer.draft, place, self._row(place.slot), address)
            if not why:
                self._bring(place, address)
            return why
        several = KLING_O1.capacity[place.slot] > 1
        try:
            found = read_image_ids(text) if several else (read_image_id(text),)
        except NotAnId as why:
            return str(why)
        kind = likely_kind(text) if place.takes_images else GENERATED
        if len(found) == 1:
            self.put(place, StoredMedia(found[0], kind))
        elif blocked := self.blocked(place):
            self.refuse(place.slot, blocked)
        else:
            self._complaints.forget()
            self._arrivals.add([StoredMedia(one, kind) for one in found], place.slot)
            self.changed.emit()
        return ""

    def move(self, place: Place, to: Place) -> bool:
        """Carry what lies in `place` to another; what fills that one takes the first, or makes room.

        False, and the reason is kept, where a rule is against it.
        """
        if why := why_not(self._form, self._composer.draft, to, self._row(to.slot), Lifted(place)):
            self.refuse(to.slot, why)
            return False
        self._complaints.forget()
        self._composer.move(place.slot, place.at, to.slot, to.at)
        self.changed.emit()
        return True

    def put(self, place: Place, media: Media) -> None:
        """Lay `media` into `place`, over what is there."""
        if blocked := self._form.slot(place.slot).blocked:
            self.refuse(place.slot, blocked)
            return
        self._complaints.forget()
        self._arrivals.forget(place)
        self._arrivals.lay(place.slot, media, place.at)
        self.changed.emit()

    def set_kind(self, place: Place, kind: str) -> None:
        """Say whether the service's image in `place` was UPLOADED or GENERATED."""
        held = self._held(place.slot)
        if place.at < len(held) and isinstance(media := held[place.at], StoredMedia):
            self._composer.put(place.slot, replace(media, kind=kind), place.at)

    def set_fit(self, fit: Fit | None, *places: Place) -> None:
        """How the pictures there become frames of the video's shape, in one step; None: they are sent as they are."""
        draft = self._composer.draft
        for place in places:
            held = draft.media(place.slot)
            if place.at < len(held) and isinstance(media := held[place.at], LocalImage):
                draft = draft_edits.put(draft, place.slot, replace(media, fit=fit), place.at)
        self._composer.replace(draft)

    def switch_kind(self, place: Place) -> None:
        """From UPLOADED to GENERATED, or back."""
        media = self._lies_at(place)
        if isinstance(media, StoredMedia):
            self.set_kind(place, UPLOADED if media.kind == GENERATED else GENERATED)

    def take_out(self, place: Place) -> None:
        """Empty `place`; what is only on its way there is given up, and what lies there stays."""
        self._complaints.forget()
        if not self._arrivals.give_up(place):
            self._arrivals.forget(place)
            if self.is_filled(place):
                self._composer.take_out(place.slot, place.at)
        self.changed.emit()

    def refuse(self, slot: Slot, sentence: str) -> None:
        """Keep a sentence about what was not taken; a shut slot offers what opens it."""
        self._complaints.keep(slot, sentence, self._form)
        self.changed.emit()

    @property
    def _form(self) -> Form:
        return self._composer.form

    def _held(self, slot: Slot) -> tuple[Media, ...]:
        return self._composer.draft.media(slot)

    def _row(self, slot: Slot) -> Row:
        return self._arrivals.row(slot)

    def _bring(self, place: Place, picture: RawImage | Address | FirstFrame) -> None:
        self._complaints.forget()
        self._arrivals.bring(place, [picture])

    def _lies_at(self, place: Place) -> Media | None:
        held = self._held(place.slot)
        return held[place.at] if place.at < len(held) else None
