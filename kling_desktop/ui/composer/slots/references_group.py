"""Four reference images and the video to edit in one row: frames exclude both, and the two work together."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import ModelSpec, Slot
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import VIDEO, reference_places
from kling_desktop.ui.composer.slots.group_header import GroupHeader
from kling_desktop.ui.composer.slots.notes import NoteList
from kling_desktop.ui.composer.slots.slot_box import SlotBox
from kling_desktop.ui.composer.slots.slot_notes import slot_notes
from kling_desktop.ui.theme import Theme

_GAP = 16
"""Px between the references and the video, which is something else."""


class ReferencesGroup(QWidget):
    """Emits `action_requested(action)` when a way out is taken."""

    action_requested = Signal(object)

    def __init__(self, theme: Theme, spec: ModelSpec, intake: MediaInput, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._references = GroupHeader(theme, "References")
        self._video = GroupHeader(theme, "Video to edit")
        images = tuple(SlotBox(theme, place, intake, mini=True) for place in reference_places(spec))
        video = SlotBox(theme, VIDEO, intake, mini=True)
        self.boxes = (*images, video)
        self._notes = NoteList(theme)
        heads = QHBoxLayout()
        heads.setSpacing(_GAP)
        # Each above its slots: four gaps of 8 px belong to the references.
        heads.addWidget(self._references, 1)
        heads.addWidget(self._video)
        row = QHBoxLayout()
        row.setSpacing(0)
        for index, box in enumerate(images):
            if index:
                row.addSpacing(8)
            row.addWidget(box, 1)
        row.addSpacing(_GAP)
        row.addWidget(video, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(heads)
        column.addLayout(row)
        column.addWidget(self._notes)
        for head in (self._references, self._video):
            head.action_requested.connect(self.action_requested)
        self._notes.action_requested.connect(self.action_requested)

    def show_form(self, form: Form) -> None:
        """Show the headers and the notes; the panel shows the slots."""
        references, video = form.image_reference, form.video_reference_base
        self._references.show_control(references)
        self._video.show_control(video)
        # If both are blocked for the same reason, one line covers them.
        both = bool(references.blocked_reason and video.blocked_reason)
        self._references.show_title("References and video" if both else "References")
        self._video.setVisible(not both)
        self._notes.show_notes(slot_notes(form, Slot.IMAGE_REFERENCE, Slot.VIDEO_REFERENCE_BASE))
