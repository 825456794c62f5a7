"""Choosing the model, and what only some models have: resolutions and sound."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.model_switch import switch_model
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.spending.prices import Quote, snapshot_quote
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.slots.notes import Note, NoteList
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import LinkButton, Option, Segmented
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.menu import Menu


class ModelRow(QWidget):
    """Empty for a model with one resolution and no sound. Below them stands what a change of model changed in the form.

    The model's name beside the price opens a menu of all models, with what the same clip would cost.
    """

    def __init__(
        self,
        theme: Theme,
        composer: Composer,
        button: LinkButton,
        quote_of: Callable[[Draft], Quote] = snapshot_quote,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._composer = composer
        self._quote_of = quote_of
        self._changes: tuple[str, ...] = ()
        self._changed_form: Form | None = None
        self._button = button
        button.clicked.connect(self._ask_for_model)
        self.tier = Segmented(theme, "Resolution", [])
        self.tier.chosen.connect(self._choose_tier)
        self.sound = QCheckBox("Sound")
        self.sound.setAccessibleName("Make the clip with sound")
        self.sound.toggled.connect(lambda on: composer.edit(sound=on))
        self._notes = NoteList(theme)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.tier, 1)
        row.addStretch()
        row.addWidget(self.sound)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._notes)

    def show_form(self, form: Form) -> None:
        """Show the form."""
        spec = form.spec
        self.tier.offer([Option(tier, tier) for tier in spec.tiers])
        self.tier.setVisible(len(spec.tiers) > 1)
        preset = spec.preset_of(form.size.value)
        self.tier.show_chosen(preset.tier if preset else None)
        self.sound.setVisible(spec.has_sound)
        widget_state.show_checked(self.sound, form.sound.value)
        if form is not self._changed_form:
            self._changes = ()
        unused = (*form.seed.warnings, *form.prompt_enhance.warnings, *form.sound.warnings)
        sentences = tuple(dict.fromkeys((*self._changes, *unused)))
        self._notes.show_notes([Note(sentence, Tone.IDLE) for sentence in sentences])
        self.setVisible(len(spec.tiers) > 1 or spec.has_sound or bool(sentences))

    def _choose_tier(self, tier: str) -> None:
        spec, size = self._composer.form.spec, self._composer.draft.size
        shape = spec.preset_of(size)
        offered = [preset for preset in spec.aspects if preset.tier == tier]
        alike = [preset for preset in offered if shape and preset.name == shape.name]
        self._composer.edit(size=(alike or offered)[0].size)

    def _ask_for_model(self) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        draft, form = self._composer.draft, self._composer.form
        for model_id in form.model.choices:
            spec = find_model(model_id)
            price = self._quote_of(switch_model(draft, form.spec, spec).draft).price
            cost = f"about {price}" if price else "price unknown"
            action = menu.addAction(f"{spec.name}\t{cost}", partial(self._switch, model_id))
            action.setToolTip(plain_tip(spec.use))
            action.setCheckable(True)
            action.setChecked(model_id == draft.model)
        menu.setToolTipsVisible(True)
        menu.open_below(self._button)

    def _switch(self, model_id: str) -> None:
        if model_id == self._composer.draft.model:
            return
        changes = self._composer.switch_model(model_id)
        self._changes, self._changed_form = changes, self._composer.form
        self.show_form(self._composer.form)
