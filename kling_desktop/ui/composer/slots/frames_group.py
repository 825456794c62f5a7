"""Start and end frame, side by side."""

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import END, START, Place
from kling_desktop.ui.composer.slots.frame_fit import FitBar, FitNotice, fit_notice, shared_notice
from kling_desktop.ui.composer.slots.group_header import GroupHeader
from kling_desktop.ui.composer.slots.notes import NoteList
from kling_desktop.ui.composer.slots.slot_box import SlotBox
from kling_desktop.ui.composer.slots.slot_notes import slot_notes
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets.paint import draw_icon


class _Arrow(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = "arrow-right"
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)

    def sizeHint(self) -> QSize:
        return QSize(20, 20)

    def point_down(self, on: bool) -> None:
        self._icon = "arrow-down" if on else "arrow-right"
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            centre = QPointF(self.width() / 2, self.height() / 2)
            draw_icon(painter, self._icon, centre, self._theme.tokens.text3, 14)


class FramesGroup(QWidget):
    """Emits `action_requested(action)` when a way out is taken, and `fit_previewed` when another fit is previewed."""

    action_requested = Signal(object)
    fit_previewed = Signal()

    def __init__(self, theme: Theme, intake: MediaInput, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = GroupHeader(theme, "Frames")
        self.boxes = (SlotBox(theme, START, intake, mini=False), SlotBox(theme, END, intake, mini=False))
        self._fits = {box.place: FitBar(theme) for box in self.boxes}
        self._notes = NoteList(theme)
        self._intake = intake
        self._form: Form | None = None
        self._is_parted = False
        self._row = row = QHBoxLayout()
        self._arrow = _Arrow(theme)
        row.setSpacing(0)
        row.addWidget(self.boxes[0], 1)
        row.addWidget(self._arrow)
        row.addWidget(self.boxes[1], 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._head)
        column.addLayout(row, 1)
        for place, line in self._fits.items():
            column.addWidget(line)
            line.fit_chosen.connect(lambda fit, place=place: self._choose(fit, place))
            line.changed.connect(self.fit_previewed)
            line.split_requested.connect(self._part)
        column.addWidget(self._notes)
        self._head.action_requested.connect(self.action_requested)
        self._notes.action_requested.connect(self.action_requested)

    def stack(self, on: bool) -> None:
        """Show the frames below each other, or side by side."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if on else QBoxLayout.Direction.LeftToRight)
        self._arrow.point_down(on)
        for box in self.boxes:
            box.be_large(on)

    def previewed_fit(self, place: Place) -> Fit | None:
        """The fit being previewed for the frame in `place`."""
        of_both = self._fits[START].offer.of_both
        return self._fits[START if of_both else place].previewed_fit if place in self._fits else None

    def show_form(self, form: Form) -> None:
        """Show the header and the notes; the panel shows the slots."""
        self._form = form
        self._head.show_control(form.start_frame)
        start, end = (fit_notice(form, place.slot) for place in (START, END))
        both = shared_notice(start, end)
        self._is_parted = self._is_parted and both is not None
        if both and not self._is_parted:
            self._show_offers(both, FitNotice())
        else:
            self._show_offers(start, end)
        asked = {start.sentence, end.sentence}
        said = slot_notes(form, Slot.START_FRAME, Slot.END_FRAME)
        self._notes.show_notes([note for note in said if note.text not in asked])

    def _show_offers(self, *offers: FitNotice) -> None:
        for line, offer in zip(self._fits.values(), offers, strict=True):
            line.show_notice(offer)

    def _choose(self, fit: Fit | None, place: Place) -> None:
        self._intake.set_fit(fit, *((START, END) if self._fits[place].offer.of_both else (place,)))

    def _part(self) -> None:
        """Show a line for each frame, as long as both would say the same."""
        self._is_parted = True
        if self._form is not None:
            self.show_form(self._form)
