from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.undo_history import MAX_STEPS, UndoHistory
from kling_desktop.services.composer.composer import TYPING_PAUSE, Composer
from tests.domain.draft_strategies import IMAGE, drafts


@given(st.lists(drafts(), max_size=6))
def test_undoing_everything_and_redoing_it_lead_back(steps: list[Draft]) -> None:
    composer = Composer()
    for draft in steps:
        composer.replace(draft)
    end = composer.draft
    while composer.history.past:
        composer.undo()
    assert composer.draft == Draft()
    while composer.history.future:
        composer.redo()
    assert composer.draft == end


def test_typing_without_a_pause_is_one_step() -> None:
    now = [0.0]
    composer = Composer(clock=lambda: now[0])
    for text in ("a", "a ", "a c"):
        composer.edit(prompt=text)
        now[0] += TYPING_PAUSE / 2
    now[0] += TYPING_PAUSE
    composer.edit(prompt="a cat")
    composer.put_media(Slot.START_FRAME, IMAGE)
    composer.edit(prompt="a cat!")
    seen = []
    while composer.history.past:
        composer.undo()
        seen.append((composer.draft.prompt, len(composer.draft.start_frame)))
    assert seen == [("a cat", 1), ("a cat", 0), ("a c", 0), ("", 0)]


def test_undo_on_an_untouched_form_does_nothing() -> None:
    composer = Composer()
    composer.undo()
    composer.redo()
    assert composer.draft == Draft()


def test_a_new_edit_after_undo_ends_the_redo() -> None:
    composer = Composer()
    composer.replace(replace(Draft(), prompt="one"))
    composer.undo()
    composer.edit(prompt="two")
    composer.redo()
    assert composer.draft.prompt == "two"
    composer.undo()
    assert composer.draft == Draft()


def test_the_oldest_steps_are_dropped() -> None:
    history = UndoHistory()
    for number in range(MAX_STEPS + 10):
        history = history.push(Draft(prompt=str(number)))
    assert len(history.past) == MAX_STEPS
    assert history.past[0].prompt == "10"
