"""Aspect ratio and duration, and the button for more settings."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.request.draft import Draft, Placeholder
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.rules import is_range
from kling_desktop.domain.spending.prices import Quote, snapshot_quote
from kling_desktop.domain.text import list_and
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.length_slider import LengthSlider
from kling_desktop.ui.composer.model_row import ModelRow
from kling_desktop.ui.composer.slots.notes import Note, NoteList
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import AspectTiles, Button, IconButton, LinkButton, Option, Segmented, Tile, label
from kling_desktop.ui.widgets.menu import Menu


class OutputGroup(QWidget):
    """Emits `more_requested(open, seed)`: show or hide the other settings; with `seed`, focus the seed field."""

    more_requested = Signal(bool, bool)

    def __init__(
        self,
        theme: Theme,
        composer: Composer,
        model_button: LinkButton,
        quote_of: Callable[[Draft], Quote] = snapshot_quote,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = ModelRow(theme, composer, model_button, quote_of)
        self.aspect = AspectTiles(theme, "Aspect", _tiles(composer.form))
        self.duration = Segmented(theme, "Duration", _lengths(composer.form))
        self.length = LengthSlider()
        self._note = label("", "caption")
        self._takes = Button(theme, "", tall=True)
        self._takes.setToolTip("How many times the same request is made; each take is charged")
        self._takes.clicked.connect(self._ask_for_takes)
        self._composer = composer
        self._seed = Button(theme, "", tall=True)
        self._seed.setToolTip("The number that makes results repeatable; random unless you set one")
        self._more = IconButton(theme, "more", "More settings", checkable=True)
        self._has_seed = True
        self._set_in_more: tuple[str, ...] = ()
        self._notes = NoteList(theme)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.duration, 1)
        row.addWidget(self.length, 1)
        row.addWidget(self._takes)
        row.addWidget(self._seed)
        row.addWidget(self._more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.model)
        column.addWidget(self.aspect)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addWidget(self._notes)
        self.aspect.chosen.connect(lambda size: composer.edit(size=size))
        self.duration.chosen.connect(lambda seconds: composer.edit(duration=seconds))
        self.length.chosen.connect(lambda seconds: composer.edit(duration=seconds))
        self._seed.clicked.connect(lambda: self.more_requested.emit(True, True))
        self._more.clicked.connect(lambda: self.more_requested.emit(self._more.isChecked(), False))

    def show_form(self, form: Form) -> None:
        """Show the form."""
        self.model.show_form(form)
        self.aspect.offer(_tiles(form))
        self.aspect.show_chosen(form.size.value)
        is_long = is_range(form.duration.choices)
        self.duration.setVisible(not is_long)
        self.length.setVisible(is_long)
        if is_long:
            self.length.show_length(form.duration.value, form.duration.choices)
        else:
            self.duration.offer(_lengths(form))
            self.duration.show_chosen(form.duration.value)
        note = ". ".join(filter(None, (form.duration.note, form.takes.note)))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        _write(self._takes, f"Takes  ×{form.takes.value}")
        seed = form.seed.value
        words = "Seed  any" if seed is None else f"Seed  {seed.text if isinstance(seed, Placeholder) else seed}"
        _write(self._seed, words)
        self._has_seed = not form.seed.blocked_reason
        self._seed.setVisible(self._has_seed and not self._more.isChecked())
        self._set_in_more = _set_in_more(form)
        self._show_mark()
        problems = (*form.size.problems, *form.duration.problems)
        self._notes.show_notes([Note(problem, Tone.BAD) for problem in problems])

    def _ask_for_takes(self) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        takes = self._composer.form.takes
        for number in takes.choices:
            action = menu.addAction(f"×{number}", partial(self._composer.edit, takes=number))
            action.setCheckable(True)
            action.setChecked(number == takes.value)
            if number == takes.value:
                menu.setActiveAction(action)
        menu.open_below(self._takes)

    def show_more(self, is_open: bool) -> None:
        """Whether the other settings are shown."""
        widget_state.show_checked(self._more, is_open)
        # The seed field is among them.
        self._seed.setVisible(not is_open and self._has_seed)
        self._show_mark()

    def _show_mark(self) -> None:
        """Settings that count although nobody sees them."""
        hidden = () if self._more.isChecked() else self._set_in_more
        self._more.show_mark(f"Set there: {list_and(hidden)}" if hidden else "")


def _tiles(form: Form) -> list[Tile]:
    """The aspect ratios of the chosen resolution; of the model's usual one while the size is none of its own."""
    spec = form.spec
    chosen = spec.preset_of(form.size.value)
    tier = chosen.tier if chosen else spec.tiers[0]
    return [
        Tile(
            preset.size,
            preset.name,
            tip=preset.label,
            caption=f"{preset.size.width}×{preset.size.height}",
            width=preset.size.width,
            height=preset.size.height,
        )
        for preset in spec.aspects
        if preset.tier == tier
    ]


def _lengths(form: Form) -> list[Option]:
    return [Option(seconds, f"{seconds} s") for seconds in form.duration.choices]


def _set_in_more(form: Form) -> tuple[str, ...]:
    """The names of the other settings that differ from an empty form's, without the seed, which has a button."""
    return tuple(
        name
        for name, is_set in (
            ("prompt enhancement", form.prompt_enhance.value is not None),
            ("resolution", form.mode.value is not None),
            ("quantity", form.quantity.value is not None),
            ("show on Leonardo", form.public.value),
            ("model", bool(form.model.problems)),
        )
        if is_set
    )


def _write(button: Button, words: str) -> None:
    if words != button.text():
        button.setText(words)
        button.updateGeometry()
