"""The menu of a slot, and what of it can be copied."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu

from kling_desktop.domain.draft import KINDS, Media, StoredMedia

from .intake import Intake
from .places import Place
from .slot import SlotBox


def copy_id(media: Media | None) -> None:
    """Put the ID in a slot on the clipboard; nothing happens where there is none."""
    if isinstance(media, StoredMedia):
        QGuiApplication.clipboard().setText(media.id)


def slot_menu(box: SlotBox, media: Media | None, intake: Intake, browse: Callable[[Place], None]) -> QMenu:
    """Everything that can be done with the slot now; the menu deletes itself when it closes."""
    place = box.place
    menu = QMenu(box)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if place.takes_images:
        menu.addAction("Browse…", lambda: browse(place)).setEnabled(not intake.blocked(place))
    menu.addAction("Paste", "Ctrl+V", box.paste)
    menu.addAction("Copy ID", "Ctrl+C", lambda: copy_id(media)).setEnabled(isinstance(media, StoredMedia))
    if isinstance(media, StoredMedia) and place.takes_images:
        kinds = menu.addMenu("Kind")
        group = QActionGroup(kinds)
        for kind in KINDS:
            action = kinds.addAction(kind.capitalize(), partial(intake.set_kind, place, kind))
            action.setCheckable(True)
            action.setChecked(media.kind == kind)
            group.addAction(action)
    menu.addSeparator()
    menu.addAction("Remove", "Del", lambda: intake.take_out(place)).setEnabled(media is not None)
    return menu
