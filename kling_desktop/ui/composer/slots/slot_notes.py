"""All that is to be said about a group of slots."""

from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.slots.notes import Note
from kling_desktop.ui.theme import Tone


def rejection_notes(form: Form, intake: MediaInput, *slots: Slot) -> tuple[Note, ...]:
    """What these did not take lately, and the click that would open them."""
    notes = []
    # What the line above the group offers already isn't offered again.
    offered = form.slot(slots[0]).action
    for slot in slots:
        if complaint := intake.rejection(slot):
            action = complaint.action if complaint.action != offered else None
            notes.append(Note(complaint.sentence, Tone.BAD, action.label if action else "", action))
    return tuple(dict.fromkeys(notes))


def slot_notes(form: Form, *slots: Slot) -> tuple[Note, ...]:
    """Problems, then warnings, each once."""
    # What an empty slot lacks, Generate asks for: nothing is wrong with it yet.
    controls = [form.slot(slot) for slot in slots if form.slot(slot).value]
    notes = [Note(problem, Tone.BAD) for control in controls for problem in control.problems]
    notes += [Note(warning) for control in controls for warning in control.warnings]
    return tuple(dict.fromkeys(notes))
