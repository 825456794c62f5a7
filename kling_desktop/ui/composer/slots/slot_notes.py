"""The notes about a group of slots."""

from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.slots.notes import Note
from kling_desktop.ui.theme import Tone


def rejection_notes(form: Form, intake: MediaInput, *slots: Slot) -> tuple[Note, ...]:
    """What these slots rejected last, with the action that unblocks them."""
    notes = []
    # Don't repeat an action that the header offers already.
    offered = form.slot(slots[0]).action
    for slot in slots:
        if complaint := intake.rejection(slot):
            action = complaint.action if complaint.action != offered else None
            notes.append(Note(complaint.sentence, Tone.BAD, action.label if action else "", action))
    return tuple(dict.fromkeys(notes))


def slot_notes(form: Form, *slots: Slot) -> tuple[Note, ...]:
    """Problems, then warnings, each once."""
    # Generate asks for what an empty slot lacks: that isn't a problem yet.
    controls = [form.slot(slot) for slot in slots if form.slot(slot).value]
    notes = [Note(problem, Tone.BAD) for control in controls for problem in control.problems]
    notes += [Note(warning) for control in controls for warning in control.warnings]
    return tuple(dict.fromkeys(notes))
