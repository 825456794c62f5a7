"""The whole form on the left of the window."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.services.composer.composer import KEY_CONTROL, Composer
from kling_desktop.ui.composer.form_scroll import FormScroll
from kling_desktop.ui.composer.form_sources import NO_ACCOUNT, FormSources
from kling_desktop.ui.composer.generate_bar import GenerateBar
from kling_desktop.ui.composer.media_input.background import BackgroundRunner
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.pending import Fetch, fetches_nothing
from kling_desktop.ui.composer.media_input.preview_cache import PreviewCache
from kling_desktop.ui.composer.media_input.recent_media import RecentMedia
from kling_desktop.ui.composer.more_group import MoreGroup
from kling_desktop.ui.composer.output_group import OutputGroup
from kling_desktop.ui.composer.prompt.prompt_box import PromptBox
from kling_desktop.ui.composer.prompt.prompt_history import PromptHistory
from kling_desktop.ui.composer.slots.slots import SlotPanel
from kling_desktop.ui.composer.type_switch import TypeSwitch
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import Theme

_PROMPT_FIRST = 1000
"""Its share of the spare height, against 1 below everything: the rest is there once the prompt has enough."""
_TALL = 1300
"""Px from which the frames have room below each other, at the full width of the form."""


class ComposerPanel(QWidget):
    """408 px wide, 360 to 520.

    Emits `generate_requested` once per press when nothing blocks it, `generate_first_requested` to go ahead of all
    waiting jobs, `key_requested` when the API key is missing, and `upload_requested(slot, image)` to retry a failed
    upload.

    Args:
        fetch: Fetches a web address.
        sources: What the form asks the connected account.
    """

    key_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        composer: Composer,
        media_folder: Path,
        fetch: Fetch = fetches_nothing,
        sources: FormSources = NO_ACCOUNT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._composer = composer
        self._sources = sources
        background = BackgroundRunner(self)
        self.media_input = MediaInput(composer, background, media_folder, fetch, self._find_clip, self)
        self.pictures = PreviewCache(background, self._poster_of, self)
        self._ways = TypeSwitch(theme, composer)
        self._scroll = FormScroll()
        self.slots = SlotPanel(theme, composer, self.media_input, self.pictures, self._upload_of, self._scroll, self)
        self.prompt = PromptBox(theme, composer, self.media_input, self.pictures, self)
        PromptHistory(self.prompt.edit, self._earlier_prompts, lambda text: composer.edit(prompt=text))
        self.generate_bar = GenerateBar(theme)
        self._output = OutputGroup(
            theme, composer, self.generate_bar.model, lambda draft: self._sources.quote_of(draft)
        )
        self._more = MoreGroup(theme, composer)
        self._shown: Form | None = None
        theme.fit(self, ComposerPanel._fit_text)
        self._lay_out()
        self.slots.float_over(lambda: self._sources.clips())
        self._connect()
        self._more.hide()
        self._show(composer.form)

    def _find_clip(self, digest: str) -> Job | None:
        return self._sources.clip_of(digest)

    def _fit_text(self) -> None:
        # Wider text needs more width, though less than its scale: rows wrap.
        more = self._theme.text_scale - 1
        self.setMinimumWidth(round(360 + 180 * more))
        self.setMaximumWidth(round(560 + 200 * more))

    def sizeHint(self) -> QSize:
        return QSize(408, 826)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.prompt.show_room(self.height())
        self.slots.frames.stack(self.height() >= self._theme.px(_TALL))

    def focus_control(self, control: str) -> None:
        """Go to where `control` is set: focus its field, or open an empty slot."""
        match control:
            case "prompt":
                self.prompt.edit.setFocus(Qt.FocusReason.OtherFocusReason)
                self._scroll.ensureWidgetVisible(self.prompt)
            case "size":
                self._output.aspect.setFocus(Qt.FocusReason.OtherFocusReason)
            case "duration":
                self._output.duration.setFocus(Qt.FocusReason.OtherFocusReason)
            case _ if control == KEY_CONTROL:
                self.key_requested.emit()
            case _ if control in list(Slot):
                self.slots.focus_control(Slot(control))
            case _:
                self._show_more(True, control == "seed")

    @property
    def cursor_position(self) -> tuple[int, int]:
        """Where the selection in the prompt starts and where the cursor is, in code points."""
        return self.prompt.edit.cursor_position

    @cursor_position.setter
    def cursor_position(self, place: tuple[int, int]) -> None:
        self.prompt.edit.cursor_position = place

    def focus_template_field(self) -> None:
        """Select the first template field of the prompt that is still empty."""
        self.prompt.edit.moveCursor(QTextCursor.MoveOperation.Start)
        self.prompt.edit.blanks.select_next()
        self.prompt.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def suggest_for_template_fields(self, last_value: Callable[[str], str]) -> None:
        """last_value returns what a field of that name held last time."""
        self.prompt.edit.blanks.offered_for = last_value

    @property
    def recents(self) -> RecentMedia:
        """Recently used pictures."""
        return self.media_input.recents

    def show_above(self, widget: QWidget) -> None:
        """Show a widget at the top of the form, also first in Tab order: the preset bar."""
        others = self._stops()
        self._scroll.column.insertWidget(0, widget)
        above = [stop for stop in self._stops() if stop not in others]
        # Each goes from the end to right behind the first: Qt considers what follows across the panel's edge in order.
        for stop in reversed((*above[1:], *others) if above else ()):
            self.setTabOrder(above[0], stop)

    def _stops(self) -> list[QWidget]:
        """The Tab stops, in order."""
        found, stop = [], self.nextInFocusChain()
        while stop is not None and stop is not self:
            if self.isAncestorOf(stop) and stop.focusPolicy() & Qt.FocusPolicy.TabFocus:
                found.append(stop)
            stop = stop.nextInFocusChain()
        return found

    def paste(self, data: QMimeData) -> bool:
        """Paste (Ctrl+V) while no text field has focus: into the one sensible slot, or ask which.

        Returns False when it isn't for a slot.
        """
        return self.media_input.insert_anywhere(data)

    def start_drag(self, data: QMimeData) -> None:
        """Something is dragged over the window: slots that would take it light up, the others say why not."""
        self.slots.start_drag(data)

    @property
    def is_drag_over(self) -> bool:
        """Whether something is held over one of the slots now."""
        return self.slots.is_drag_over

    def end_drag(self) -> None:
        """The drag has left the window or ended in a drop."""
        self.slots.end_drag()

    def show_uploads(self) -> None:
        """A picture's upload has progressed."""
        self.slots.show()

    @property
    def sources(self) -> FormSources:
        """What the connected account answers."""
        return self._sources

    def use_sources(self, sources: FormSources) -> None:
        """Ask these from now on, and show what they say."""
        self._sources = sources
        self.pictures.loaded.emit()
        self.show_uploads()
        self.show_price()

    def _poster_of(self, media_id: str) -> Path | None:
        return self._sources.poster_of(media_id)

    def _earlier_prompts(self) -> Sequence[str]:
        return self._sources.earlier_prompts()

    def _upload_of(self, slot: Slot, image: LocalImage) -> UploadStatus | None:
        return self._sources.upload_of(slot, image)

    def _lay_out(self) -> None:
        column = self._scroll.column
        column.addWidget(self._ways)
        column.addWidget(self.slots.frames)
        column.addWidget(self.slots.material)
        column.addWidget(self.prompt, _PROMPT_FIRST)
        column.addWidget(self._output)
        column.addWidget(self._more)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self.generate_bar)

    def _connect(self) -> None:
        self._ways.type_requested.connect(self.slots.focus_control)
        self._output.more_requested.connect(self._show_more)
        self.generate_bar.reason_requested.connect(self.focus_control)
        for keys, press in (
            ("Ctrl+Return", self.generate_bar.press),
            ("Ctrl+Enter", self.generate_bar.press),
            ("Ctrl+Shift+Return", self.generate_bar.press_for_first),
            ("Ctrl+Shift+Enter", self.generate_bar.press_for_first),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)  # in the whole window
            # A held key must not submit twice.
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(self._press_unless_writing_elsewhere, press))
        widget_state.connect_for_lifetime(self._composer.changed, self, self._show)

    def _show(self, form: Form) -> None:
        old, self._shown = self._shown, form
        self.prompt.show_form(form)
        if old is None or any(old.slot(slot) != form.slot(slot) for slot in Slot) or old.spec is not form.spec:
            self._ways.show_type()
            self.slots.show()
        if old is None or _output_of(old) != _output_of(form):
            self._output.show_form(form)
            self._more.show_form(form)
        self.show_price()

    def show_price(self) -> None:
        """Show the price, which changes as other jobs cost something."""
        self.generate_bar.show_form(
            self._composer.form, self._composer.blocked_reason, self._sources.quote_of(self._composer.draft)
        )

    def _press_unless_writing_elsewhere(self, press: Callable[[], None]) -> None:
        """In notes or names the same keys end editing: they don't submit anything."""
        focused = QApplication.focusWidget()
        if not isinstance(focused, QLineEdit | QTextEdit | QPlainTextEdit) or self.isAncestorOf(focused):
            press()

    def _show_more(self, is_open: bool, seed: bool) -> None:
        self._more.setVisible(is_open)
        self._output.show_more(is_open)
        if is_open:
            self._scroll.scroll_to_end(self._more)
        else:
            self._scroll.stop_at_end()
        if seed:
            self._more.seed.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.slots.show_rejections():
            return
        if not (event.matches(QKeySequence.StandardKey.Paste) and self.paste(QGuiApplication.clipboard().mimeData())):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)


def _output_of(form: Form) -> tuple[object, ...]:
    return (
        form.duration,
        form.takes,
        form.size,
        form.seed,
        form.mode,
        form.prompt_enhance,
        form.public,
        form.quantity,
        form.model,
        form.sound,
    )
