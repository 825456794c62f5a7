"""The menu of a slot, and copying its ID."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QGuiApplication

from kling_desktop.domain.request.draft import MEDIA_KINDS, Media, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import END, START, Place
from kling_desktop.ui.composer.slots.slot_box import SlotBox
from kling_desktop.ui.composer.slots.slot_state import RETRY
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.menu import Menu

_TOLD = {Slot.START_FRAME: "the start frame", Slot.END_FRAME: "the end frame", Slot.IMAGE_REFERENCE: "a reference"}


def copy_id(media: Media | None) -> None:
    """Copy the ID in a slot to the clipboard, if there is one."""
    if isinstance(media, StoredMedia):
        QGuiApplication.clipboard().setText(media.id)


def slot_menu(box: SlotBox, media: Media | None, intake: MediaInput, choose: Callable[[Place], None]) -> Menu:
    """Everything that can be done with the slot now; the menu deletes itself when it closes."""
    place = box.place
    menu = Menu(box)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction("Choose a file…", lambda: choose(place)).setEnabled(not intake.blocked_reason(place))
    menu.addAction("Show in full", "Space", box.preview_requested.emit).setEnabled(box.view.picture is not None)
    menu.addAction("Paste", "Ctrl+V", box.paste)
    menu.addAction("Copy ID", "Ctrl+C", lambda: copy_id(media)).setEnabled(isinstance(media, StoredMedia))
    if box.view.tag == RETRY:
        menu.addAction("Upload again", box.upload_requested.emit)
    if isinstance(media, StoredMedia) and place.takes_images:
        kinds = menu.addMenu("Kind")
        group = QActionGroup(kinds)
        for kind in MEDIA_KINDS:
            action = kinds.addAction(kind.capitalize(), partial(intake.set_kind, place, kind))
            action.setCheckable(True)
            action.setChecked(media.kind == kind)
            group.addAction(action)
    if media is not None:
        _add_moves(menu, box, intake)
    menu.addSeparator()
    words = "Stop" if intake.pending_in(place) else "Remove"
    menu.addAction(words, "Del", lambda: intake.remove(place)).setEnabled(box.view.removable)
    return menu


def _add_moves(menu: Menu, box: SlotBox, intake: MediaInput) -> None:
    """The moves that dragging offers, as menu items."""
    menu.addSeparator()
    menu.setToolTipsVisible(True)
    place = box.place
    for words, keys, step in (("Move left", "Alt+Left", -1), ("Move right", "Alt+Right", 1)):
        if place.slot is Slot.IMAGE_REFERENCE:
            beside = place.beside(step)
            is_open = beside is not None and intake.is_filled(beside)
            menu.addAction(words, keys, partial(box.start_drag, step)).setEnabled(is_open)
    for to in (START, END, intake.free_reference()):
        if to.slot is place.slot or not place.takes_images:
            continue
        answer = intake.answer_for(to, place)
        label = answer.sentence if answer.accepted else f"Use as {_TOLD[to.slot]}"
        action = menu.addAction(label, partial(intake.move, place, to))
        action.setEnabled(answer.accepted)
        action.setToolTip(plain_tip(answer.sentence))
