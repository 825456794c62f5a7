"""The prompt with its mentions highlighted and its notes below."""

from collections.abc import Sequence

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from kling_desktop.domain.request import mentions, snippets
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.request_body import NO_UNKNOWN_PARAMS, unknown_params
from kling_desktop.domain.request.snippets import Snippet
from kling_desktop.domain.request.template_fields import find_fields
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.media_input.drop_data import is_media, is_request
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.preview_cache import PreviewCache
from kling_desktop.ui.composer.prompt.autocomplete import Autocomplete
from kling_desktop.ui.composer.prompt.completions import ReferenceChoice, SnippetChoice, reference_choices
from kling_desktop.ui.composer.prompt.mention_preview import MentionPreview
from kling_desktop.ui.composer.slots.notes import Note, NoteList
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Highlight, HighlightKind, PromptEdit

_MOST_NAMED = 2
"""Unknown parameters with a line of their own; more are listed together."""
_LINES, _LINES_WHERE_LOW = 7, 3
"""The fewest that are in sight; the form scrolls rather than taking one away."""
_LOW = 700
"""Px: a form of this height has no room for more."""
_SPARE_LINES = 2
_USUAL, _SHARE = 280, 0.22
"""Px and share of the form that an empty prompt is at most high: room to write, but no well."""


class PromptBox(QWidget):
    """Every key press goes to the composer at once, so that nothing typed is lost."""

    def __init__(
        self, theme: Theme, composer: Composer, intake: MediaInput, pictures: PreviewCache, floats_on: QWidget
    ) -> None:
        """`floats_on` is the widget that the autocomplete and the previews float over."""
        super().__init__()
        self._references = 0
        self._composer = composer
        self.edit = PromptEdit(
            theme, composer.form.spec.prompt_limit, "What happens in the clip?", self._marks_in, is_media
        )
        self._theme = theme
        self._room = 0
        self._notes = NoteList(theme)
        self._also = NoteList(theme)
        self._warnings: tuple[Note, ...] = ()
        self._refused = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        column.addWidget(self.edit, 1)
        column.addWidget(self._notes)
        column.addWidget(self._also)
        self.edit.text_changed.connect(lambda text: composer.edit(prompt=text))
        self.edit.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit_text())
        theme.fit(self, PromptBox._fit_text)

        def references() -> tuple[ReferenceChoice, ...]:
            return reference_choices(composer.form, pictures)

        self.picker = Autocomplete(
            *(theme, self.edit, mentions.partial_mention, references, "References to mention"),
            "No references yet. Add an image above to mention it here.",
            floats_on,
        )
        self._snippets: tuple[SnippetChoice, ...] = ()
        self.snippets = Autocomplete(
            *(theme, self.edit, snippets.partial_name, lambda: self._snippets, "Snippets to write"),
            "No snippets yet. Select text in the prompt and save it from its menu.",
            floats_on,
        )
        self.preview = MentionPreview(theme, self.edit, references, floats_on)
        pictures.loaded.connect(self.picker.refresh)
        self.edit.refused.connect(self._refuse)
        self._also.action_requested.connect(lambda changes: composer.edit(**changes))
        self.edit.selectionChanged.connect(self._show_notes)
        self.edit.drops_elsewhere = is_request
        self.edit.dropped_elsewhere.connect(intake.request_offered)
        self.edit.offered.connect(lambda data: self.edit.complete(0, intake.insert_from_prompt(data)))

    def show_room(self, height: int) -> None:
        """Take what suits a form of that height."""
        self._room = height
        self._fit_text()

    def _fit_text(self) -> None:
        """As high as the text and a little more, within what suits the form."""
        is_low = self._room < self._theme.px(_LOW)
        least = self.edit.height_of(_LINES_WHERE_LOW if is_low else _LINES)
        text = self.edit.text_height + self.edit.height_of(_SPARE_LINES) - self.edit.height_of(0)
        most = max(least, text, self._theme.px(_USUAL), round(_SHARE * self._room))
        if (least, most) != (self.edit.minimumHeight(), self.edit.maximumHeight()):
            self.edit.setMinimumHeight(least)
            self.edit.setMaximumHeight(most)

    def show_form(self, form: Form) -> None:
        """Show the form."""
        self._refused = ""
        self._warnings = tuple(Note(one, Tone.ACCENT) for one in form.prompt.warnings)
        self.edit.set_limit(form.spec.prompt_limit)
        self.edit.set_text(form.prompt.value)
        self.edit.set_template_fields(self._composer.draft.template_fields)
        control = form.slot(Slot.IMAGE_REFERENCE)
        references = 0 if control.is_parked else len(control.value)
        if references != self._references:
            self._references = references
            self.edit.rehighlight()
        self.picker.refresh()
        self._show_notes()
        self._also.show_notes(_also_sent(self._composer.draft))

    def show_snippets(self, known: Sequence[Snippet]) -> None:
        """The snippets that a slash offers."""
        self._snippets = tuple(SnippetChoice(one) for one in known)

    def _marks_in(self, line: str) -> tuple[Highlight, ...]:
        mentioned = (
            Highlight(
                span.start,
                span.stop,
                HighlightKind.MENTION if 1 <= span.number <= self._references else HighlightKind.DANGLING,
            )
            for span in mentions.find_mentions(line)
        )
        names = self._composer.draft.template_fields
        blanks = find_fields(line, names) if names and "{" in line else ()
        return (*mentioned, *(Highlight(blank.start, blank.stop, HighlightKind.BLANK) for blank in blanks))

    def _refuse(self, sentence: str) -> None:
        self._refused = sentence
        self._show_notes()

    def _show_notes(self) -> None:
        notes = [Note(self._refused, Tone.BAD)] if self._refused else []
        if (blank := self.edit.blanks.selected) and (offered := self.edit.blanks.offered_for(blank)):
            notes.append(Note(f"Last time: “{offered}”. Press Down to use it again", Tone.ACCENT))
        self._notes.show_notes((*notes, *self._warnings))


def _also_sent(draft: Draft) -> list[Note]:
    """Unknown parameters that are sent along, each with a button to remove it."""
    also = unknown_params(draft)
    if len(also) > _MOST_NAMED:
        names = ", ".join(one.name for one in also)
        return [Note(f"Also sent: {names}", Tone.ACCENT, "Remove all", NO_UNKNOWN_PARAMS)]
    return [Note(f"Also sent: {one.name} = {one.value}", Tone.ACCENT, "Remove", one.without) for one in also]
