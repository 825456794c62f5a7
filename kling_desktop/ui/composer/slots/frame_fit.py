"""A frame whose shape differs from the video's: the question, the choices and a preview of each."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QEnterEvent, QFocusEvent, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.domain.request.draft import LocalImage, Media
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.frame_fit import Fit, fit_frame
from kling_desktop.domain.request.models import Size, Slot
from kling_desktop.domain.request.slot_rules import effective_fit, fit_problem
from kling_desktop.ui.composer.media_input.preview_cache import PreviewCache
from kling_desktop.ui.composer.slots.notes import paint_mark
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import LinkButton, SlotState, SlotView
from kling_desktop.ui.widgets.paint import draw_icon
from kling_desktop.ui.widgets.wrapped_label import WrappedLabel

CROPPED = "CROPPED"
_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


@dataclass(frozen=True, slots=True)
class FitNotice:
    """A sentence about a frame's shape, with links: their labels, and the fit that each chooses.

    of_both: it is about both frames.
    """

    sentence: str = ""
    asks: bool = False
    links: tuple[tuple[str, Fit | None], ...] = ()
    of_both: bool = False


def fit_notice(form: Form, slot: Slot) -> FitNotice:
    """What to say and offer about the shape of the frame in `slot`; empty when the shape is right."""
    control, size = form.slot(slot), form.size.value
    image = control.value[0] if control.value else None
    if control.is_parked or not isinstance(image, LocalImage):
        return FitNotice()
    if fit := effective_fit(image, slot, size):
        instead = [("Pad instead", Fit.PAD)] if fit_problem(image, size, fit) else []
        return FitNotice(control.note, False, (*instead, ("Undo", None)))
    if not control.warnings:
        return FitNotice()
    links = (("Crop", Fit.CROP), ("Pad", Fit.PAD))
    return FitNotice(control.warnings[0], True, tuple(one for one in links if not fit_problem(image, size, one[1])))


def shared_notice(start: FitNotice, end: FitNotice) -> FitNotice | None:
    """One line instead of two that would say the same; None when they differ."""
    alike = (start.asks, start.links) == (end.asks, end.links)
    if not start.sentence or not alike or start.sentence.replace("start frame", "end frame") != end.sentence:
        return None
    sentence = start.sentence.replace("The start frame is", "Both frames are").replace(" it to ", " them to ")
    return replace(start, sentence=sentence, of_both=True)


def with_fit_shown(
    view: SlotView, media: Media | None, slot: Slot, size: Size, looked_at: Fit | None, pictures: PreviewCache
) -> SlotView:
    """`view` of a frame as it will be sent in a video of `size`; `looked_at` is a fit being previewed."""
    if not isinstance(media, LocalImage) or view.state not in (SlotState.FILLED, SlotState.PROBLEM):
        return view
    tried = replace(media, fit=looked_at or media.fit)
    fit = effective_fit(tried, slot, size)
    if fit is None or not (media.width and media.height):
        return view
    done = fit_frame(Size(media.width, media.height), size, fit).size
    # A padded frame shows its bars; a cropped one fills its slot as any other picture does.
    is_padded = fit is Fit.PAD
    view = replace(view, caption=str(done), tag="" if is_padded else CROPPED)
    picture = pictures.fitted(tried, size)
    return view if picture is None else replace(view, picture=picture, whole=is_padded)


class _FitLink(LinkButton):
    """Emits `pointed_at` when the pointer enters it, `looked_at` when Tab reaches it, and both when they leave."""

    hover_changed = Signal()
    focus_changed = Signal(bool)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.hover_changed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.focus_changed.emit(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _KEYBOARD:
            self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.focus_changed.emit(False)


class FitBar(QWidget):
    """One line under the frames; takes no space when there is nothing to say.

    Emits `fit_chosen(Fit or None)` when a link is pressed, `changed` when another fit is previewed, and
    `split_requested` to fit each frame separately.
    """

    fit_chosen = Signal(object)
    split_requested = Signal()
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offer = FitNotice()
        self._looked_at: Fit | None = None
        self._pressed_at = QPoint()
        self._words = WrappedLabel("", "secondary")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 0, 0)
        self._row.setSpacing(10)
        self._row.addWidget(self._words, 1)
        self._part = LinkButton(theme, "Separately")
        self._part.setToolTip("Fit each frame separately")
        self._part.clicked.connect(self.split_requested)
        self._part.hide()
        self._row.addWidget(self._part, 0, Qt.AlignmentFlag.AlignTop)
        # Created once, so that Tab order follows their position.
        self._links: dict[Fit | None, _FitLink] = {}
        for fit in (Fit.CROP, Fit.PAD, None):
            link = self._links[fit] = _FitLink(theme, "")
            link.hide()
            link.clicked.connect(lambda _=False, fit=fit: self._choose(fit))
            link.focus_changed.connect(lambda looked, fit=fit: self._look_at(fit if looked else None))
            link.hover_changed.connect(lambda fit=fit: self._point_at(fit))
            self._row.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def offer(self) -> FitNotice:
        """The notice that is shown."""
        return self._offer

    @property
    def previewed_fit(self) -> Fit | None:
        """The fit that the pointer or the keyboard is on."""
        return self._looked_at

    def show_notice(self, offer: FitNotice) -> None:
        """Show only this notice."""
        if offer == self._offer:
            return
        self._offer = offer
        words = WrappedLabel(offer.sentence, "secondary")
        self._row.replaceWidget(self._words, words)
        self._words.hide()
        self._words.deleteLater()
        self._words = words
        words.show()
        had_keyboard = any(link.hasFocus() for link in (self._part, *self._links.values()))
        self.setVisible(bool(offer.sentence))
        self._part.setVisible(offer.of_both and not offer.asks)
        for text, fit in offer.links:
            self._links[fit].setText(text)
            self._links[fit].updateGeometry()
            self._links[fit].show()
        if had_keyboard and offer.links:
            # Not by Tab: what was just chosen stays in sight.
            self._links[offer.links[0][1]].setFocus(Qt.FocusReason.OtherFocusReason)
        offered = [fit for _, fit in offer.links]
        for fit, link in self._links.items():
            link.setVisible(fit in offered)
        self.update()

    def _choose(self, fit: Fit | None) -> None:
        # Another link may appear under the pointer: that isn't a preview.
        self._pressed_at = QCursor.pos()
        self._look_at(None)
        self.fit_chosen.emit(fit)

    def _point_at(self, fit: Fit | None) -> None:
        if QCursor.pos() != self._pressed_at:
            self._look_at(fit)

    def _look_at(self, fit: Fit | None) -> None:
        if fit != self._looked_at:
            self._looked_at = fit
            self.changed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._offer.asks:
                paint_mark(painter, self._theme.tokens.tone(Tone.ACCENT))
            else:
                draw_icon(painter, "check", QPointF(5, 9), self._theme.tokens.text3, 12)
