"""The seven places of the form: what each shows, what is asked of it, and drags over them."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, QStandardPaths, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QScrollArea, QWidget
from shiboken6 import isValid

from kling_desktop.domain.request.draft import LocalImage, Media
from kling_desktop.domain.request.form import FormAction
from kling_desktop.domain.request.models import FRAMES, Slot
from kling_desktop.domain.request.slot_rules import effective_fit
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.media_input.drop_data import DroppedFiles
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import Place, dialog_filter
from kling_desktop.ui.composer.media_input.preview_cache import PreviewCache
from kling_desktop.ui.composer.slots.drop_hint import DropHint
from kling_desktop.ui.composer.slots.frame_fit import with_fit_shown
from kling_desktop.ui.composer.slots.frames_group import FramesGroup
from kling_desktop.ui.composer.slots.media_thumbnails import ClipChoice
from kling_desktop.ui.composer.slots.references_group import ReferencesGroup
from kling_desktop.ui.composer.slots.rejection_card import RejectionCard
from kling_desktop.ui.composer.slots.slot_notes import rejection_notes
from kling_desktop.ui.composer.slots.slot_popover import SlotPopover
from kling_desktop.ui.composer.slots.slot_state import name_of, slot_view, with_upload_shown
from kling_desktop.ui.theme import Theme

_TITLE = "{place}: choose a file"


class FileChooser:
    """Starts in the user's pictures folder, then wherever the last file was."""

    def __init__(self, intake: MediaInput, host: QWidget) -> None:
        self._intake = intake
        self._host = host
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)

    def choose_for(self, place: Place) -> None:
        """Ask without blocking the window, and put what was chosen into `place`."""
        dialog = QFileDialog(self._host, _TITLE.format(place=place.name), self._folder, dialog_filter(place))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile if place.is_single else QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self._take(place, [Path(name) for name in names]))
        dialog.open()

    def _take(self, place: Place, files: list[Path]) -> None:
        if files:
            self._folder = str(files[0].parent)
            self._intake.insert(place, DroppedFiles(tuple(files)))


_GROUPS = ((Slot.START_FRAME, Slot.END_FRAME), (Slot.IMAGE_REFERENCE, Slot.VIDEO_REFERENCE_BASE))


class SlotPanel(QObject):
    """Lays nothing out: the panel puts `frames` and `material` into `scroll` and then calls `float_over`.

    Emits `upload_requested(slot, image)` to retry a failed upload.
    """

    upload_requested = Signal(object, object)

    def __init__(
        self,
        theme: Theme,
        composer: Composer,
        intake: MediaInput,
        pictures: PreviewCache,
        upload_of: Callable[[Slot, LocalImage], UploadStatus | None],
        scroll: QScrollArea,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._composer = composer
        self._intake = intake
        self._pictures = pictures
        self._upload_of = upload_of
        self._scroll = scroll
        self._host = parent
        self.frames = FramesGroup(theme, intake)
        self.material = ReferencesGroup(theme, composer.form.spec, intake)
        self._boxes = {box.place: box for box in (*self.frames.boxes, *self.material.boxes)}

    def float_over(self, clips: Callable[[], Sequence[ClipChoice]]) -> None:
        """Create what floats over the form, above everything in it by then, and connect everything."""
        self._hint = DropHint(self._theme, self._host)
        self._refused = tuple(RejectionCard(self._theme, self._host) for _ in _GROUPS)
        self._popover = SlotPopover(self._theme, self._intake, self._pictures, clips, self._host)
        self._files = FileChooser(self._intake, self._host)
        for box in self._boxes.values():
            box.change_requested.connect(self._ask)
            box.copy_requested.connect(lambda place=box.place: self._copy_id(place))
            box.upload_requested.connect(
                lambda place=box.place: self.upload_requested.emit(place.slot, self._media(place))
            )
            box.preview_requested.connect(lambda place=box.place: self._show_in_full(place))
            box.menu_requested.connect(lambda at, place=box.place: self._open_menu(place, at))
            # What the popover asked for has arrived.
            box.dropped.connect(lambda _data: self._popover.hide())
            box.drag_started.connect(self.start_drag)
            box.drag_ended.connect(self.end_drag)
            box.focus_left.connect(lambda to: self._boxes[to].setFocus(Qt.FocusReason.OtherFocusReason))
        for box in self.material.boxes:
            box.drag_over_changed.connect(lambda answer, box=box: self._hint.show_text(answer, box))
        for group in (self.frames, self.material):
            group.action_requested.connect(self.perform)
        for card, slots in zip(self._refused, _GROUPS, strict=True):
            card.action_requested.connect(self.perform)
            card.dismissed.connect(lambda slots=slots: self._intake.clear_rejections(*slots))
        self._popover.browse_requested.connect(self._files.choose_for)
        self._popover.closed.connect(lambda place: self._boxes[place].setFocus(Qt.FocusReason.OtherFocusReason))
        self.frames.fit_previewed.connect(self.show)
        self._intake.changed.connect(self.show)
        self._pictures.loaded.connect(self.show)

    def show(self) -> None:
        """Show the form."""
        form = self._composer.form
        for place, box in self._boxes.items():
            control = form.slot(place.slot)
            media = self._media(place)
            picture = self._pictures.of(media) if media is not None else None
            view = slot_view(control, place, picture, self._intake.pending_in(place))
            # Which of the two frames the sentence below is about.
            view = replace(view, refused=place.slot in FRAMES and self._intake.rejection(place.slot) is not None)
            looked_at = self.frames.previewed_fit(place)
            view = with_fit_shown(view, media, place.slot, form.size.value, looked_at, self._pictures)
            upload = self._upload_of(place.slot, media) if isinstance(media, LocalImage) and not looked_at else None
            box.show_view(with_upload_shown(view, upload, place))
        self.frames.show_form(form)
        self.material.show_form(form)
        first_of_each = (self.frames.boxes[0], self.material.boxes[0])
        for card, slots, box in zip(self._refused, _GROUPS, first_of_each, strict=True):
            card.show_notes(rejection_notes(form, self._intake, *slots), box)

    @property
    def is_drag_over(self) -> bool:
        """Whether something is held over one of them now."""
        return any(box.is_drag_over for box in self._boxes.values())

    def start_drag(self, data: QMimeData) -> None:
        """Something is dragged over the window: slots that would take it light up, the others say why not."""
        self._intake.clear_rejections()  # a rejection would cover the slots
        for place, box in self._boxes.items():
            box.show_answer(self._intake.drop_answer(place, data))

    def end_drag(self) -> None:
        """The drag has left the window or ended in a drop."""
        for box in self._boxes.values():
            box.show_answer(None)

    def perform(self, action: FormAction) -> None:
        """Perform an action that resolves something, and open the slot it leaves to fill."""
        self._intake.perform(action)
        if action.fill_slot:
            self.focus_control(action.fill_slot)

    def focus_control(self, slot: Slot) -> None:
        """Focus its first free place and open it, or focus what it holds."""
        held = self._composer.draft.media(slot)
        place = Place(slot)
        self._boxes[place].setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(self._boxes[place])
        if not held:
            self._ask(place, "")

    def show_rejections(self) -> bool:
        """Dismiss the rejections (Esc). Returns False when there were none."""
        said = any(card.isVisible() for card in self._refused)
        self._intake.clear_rejections()
        return said

    def _media(self, place: Place) -> Media | None:
        held = self._composer.draft.media(place.slot)
        return held[place.at] if place.at < len(held) else None

    def _ask(self, place: Place, typed: str) -> None:
        """The user wants to fill or change a slot; a blocked one says why, or leads to what it needs."""
        control = self._composer.form.slot(place.slot)
        media = self._media(place)
        if control.blocked_reason and control.action and control.action.fill_slot:
            self.perform(control.action)
        elif control.blocked_reason:
            self._intake.reject(place.slot, control.blocked_reason)
        else:
            box = self._boxes[place]
            self._scroll.ensureWidgetVisible(box)
            self._intake.clear_rejections()
            self._popover.open_at(place, media, typed, box)

    def _show_in_full(self, place: Place) -> None:
        """Show its picture over the window, as it will be used."""
        box, media, size = self._boxes[place], self._media(place), self._composer.draft.size
        if media is None:
            return
        from kling_desktop.ui.composer.slots.full_preview import AREA, FullPreview  # loaded on demand, as the menu is

        if isinstance(media, LocalImage):
            media = replace(media, fit=effective_fit(media, place.slot, size))
        preview = FullPreview(
            self._theme, box, " · ".join(filter(None, (place.name, name_of(media), box.view.caption)))
        )
        preview.show_picture(box.view.picture)
        shown = weakref.ref(preview)

        def show(picture: QImage | None) -> None:
            if (still := shown()) and isValid(still):
                still.show_picture(picture)

        self._pictures.whole(media, size, AREA, show)

    def _copy_id(self, place: Place) -> None:
        from kling_desktop.ui.composer.slots.slot_menu import copy_id

        copy_id(self._media(place))

    def _open_menu(self, place: Place, at: QPoint) -> None:
        from kling_desktop.ui.composer.slots.slot_menu import slot_menu

        slot_menu(self._boxes[place], self._media(place), self._intake, self._files.choose_for).popup(at)
