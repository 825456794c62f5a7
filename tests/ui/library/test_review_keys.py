"""The panel with its line, quick look and notes: real keys on real clips that play."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import ACTIONS, ActionRequest, JobAction, ReviewAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery, SearchResult
from kling_desktop.domain.library.review import NotesEdit
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.theme import Theme
from tests.media.video_fixtures import write_video
from tests.ui.library_panel import library_model, open_panel


@pytest.fixture
def clips(tmp_path: Path) -> list[Clip]:
    file = write_video(tmp_path / "clip.mp4", frames=12)
    made = []
    for number in (1, 2, 3):
        state = job_states.Done(f"g{number}", f"i{number}", str(file))
        job = Job(f"j{number}", "s", "p", "window", "/clips", Draft(prompt=f"Fox {number}"), 100.0 - number, state)
        made.append(Clip(job, number, rating=number))
    return made


@pytest.fixture
def model(posters: PosterCache, clips: list[Clip]) -> LibraryModel:
    made = library_model(posters, now=200.0)
    found = SearchResult(ClipQuery(), array("q", [1, 2, 3]), array("d", [clip.created_at for clip in clips]))
    waiting = Job("w", "s", "p", "window", "/clips", Draft(prompt="A hare"), 1.0, job_states.Waiting())
    made.show(found, [waiting])
    made.add_loaded(clips)
    return made


@pytest.fixture
def panel(theme: Theme, model: LibraryModel, qtbot: QtBot) -> Iterator[LibraryPanel]:
    made = open_panel(qtbot, theme, model, 800, 600)
    made.action_requested.connect(partial(open_notes, made))
    qtbot.keyClick(made.grid, Qt.Key.Key_Home)
    QApplication.processEvents()
    yield made
    made.close_look()


def open_notes(panel: LibraryPanel, request: ActionRequest) -> None:
    """As the window does with what it is asked for."""
    if request.action in (ReviewAction.EDIT_NOTES, ReviewAction.EDIT_TAGS):
        panel.open_notes(request.clips, at_tags=request.action is ReviewAction.EDIT_TAGS)


def test_space_opens_quick_look_and_arrow_keys_change_the_clip(panel: LibraryPanel, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.grid, Qt.Key.Key_Space)
    assert panel.look is not None
    assert panel.look.stage is not None
    first = panel.look.stage
    qtbot.waitUntil(lambda: first.playing and first.number > 1)
    assert panel.grid.hasFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    assert panel.look.clip is not None
    assert panel.look.clip.id == "j2"
    assert panel.look.stars.rating == 2
    qtbot.keyClick(panel.grid, Qt.Key.Key_Space)
    assert panel.look is None


def test_review_keys_work_during_quick_look(panel: LibraryPanel, model: LibraryModel, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.grid, Qt.Key.Key_Space)
    with qtbot.waitSignal(panel.action_requested) as asked:
        qtbot.keyClick(panel.grid, Qt.Key.Key_5)
    assert asked.args == [ActionRequest(ReviewAction.RATE, clips=(1,), value=5)]
    clip = model.clip(0)
    assert clip
    model.change_clip(replace(clip, rating=5, flag=Flag.PICK))
    assert panel.look is not None
    stage = panel.look.stage
    assert panel.look.stars.rating == 5
    assert panel.look.stage is stage  # it plays on


@pytest.mark.parametrize("how", ["Esc", "a job", "Enter", "hidden"])
def test_quick_look_closes_when_its_clip_is_removed(panel: LibraryPanel, qtbot: QtBot, how: str) -> None:
    qtbot.keyClick(panel.grid, Qt.Key.Key_Space)
    assert panel.look is not None
    match how:
        case "Esc":
            qtbot.keyClick(panel.grid, Qt.Key.Key_Escape)
        case "a job":
            qtbot.keyClick(panel.grid, Qt.Key.Key_End)
        case "Enter":
            with qtbot.waitSignal(panel.action_requested) as opened:
                qtbot.keyClick(panel.grid, Qt.Key.Key_Return)
            assert opened.args == [ActionRequest(JobAction.OPEN, ("j1",))]
            panel.hide()  # as the window does for its viewer
        case "hidden":
            panel.hide()
    assert panel.look is None


def test_notes_and_tags_are_saved_however_their_popup_closes(panel: LibraryPanel, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.grid, Qt.Key.Key_N)
    assert panel.notes.notes.hasFocus()
    qtbot.keyClicks(panel.notes.notes, "x 5 p")  # no shortcuts while typing
    with qtbot.waitSignal(panel.notes.notes_edited) as edited, qtbot.assertNotEmitted(panel.action_requested):
        qtbot.keyClick(panel.notes.notes, Qt.Key.Key_Escape)
    assert edited.args == [NotesEdit((1,), "x 5 p")]
    assert panel.grid.hasFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_T)
    assert panel.notes.tags.hasFocus()
    qtbot.keyClicks(panel.notes.tags, " night, Client ,night,")
    with qtbot.waitSignal(panel.notes.notes_edited) as edited:
        panel.grid.setFocus()
    assert edited.args == [NotesEdit((1,), added_tags=("night", "Client"))]
    assert not panel.notes.isVisible()


def test_notes_are_saved_while_typing_and_when_the_app_exits(panel: LibraryPanel, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.grid, Qt.Key.Key_N)
    with qtbot.waitSignal(panel.notes.notes_edited) as edited:
        qtbot.keyClicks(panel.notes.notes, "for Anna")  # and the hand rests
    assert edited.args == [NotesEdit((1,), "for Anna")]
    assert panel.notes.notes.hasFocus()
    qtbot.keyClicks(panel.notes.notes, " and B")
    with qtbot.waitSignal(panel.notes.notes_edited) as edited:
        panel.setEnabled(False)  # as the window does before it ends
    assert edited.args == [NotesEdit((1,), "for Anna and B")]


def test_unchanged_notes_are_not_saved(panel: LibraryPanel, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.grid, Qt.Key.Key_N)
    with qtbot.assertNotEmitted(panel.notes.notes_edited):
        qtbot.keyClick(panel.notes.notes, Qt.Key.Key_Escape)


def test_common_tags_of_several_clips_can_be_edited(
    panel: LibraryPanel, model: LibraryModel, clips: list[Clip], qtbot: QtBot
) -> None:
    for clip, tags in zip(clips, (("a", "b"), ("b", "c"), ("b",)), strict=True):
        model.change_clip(replace(clip, tags=tags))
    qtbot.keyClick(panel.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.grid, Qt.Key.Key_T)
    assert panel.notes.tags.text() == "b"
    assert not panel.notes.notes.isVisible()
    panel.notes.tags.setText("new")
    with qtbot.waitSignal(panel.notes.notes_edited) as edited:
        qtbot.keyClick(panel.notes.tags, Qt.Key.Key_Return)
    assert edited.args == [NotesEdit((1, 2, 3), added_tags=("new",), removed_tags=("b",))]


def test_esc_and_arrow_down_move_from_the_search_to_the_grid(panel: LibraryPanel, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Escape):
        panel.search.start()
        assert panel.search.field.hasFocus()
        qtbot.keyClick(panel.search.field, key)
        assert panel.grid.hasFocus()


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
def test_a_right_click_on_empty_space_offers_actions_for_all(panel: LibraryPanel, qtbot: QtBot) -> None:
    beside = panel.grid.viewport().rect().bottomRight() - QPoint(4, 4)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, beside, panel.grid.viewport().mapToGlobal(beside))
    QApplication.sendEvent(panel.grid.viewport(), event)
    [menu] = [one for one in panel.findChildren(QMenu) if one.isVisible()]
    label = ACTIONS[ReviewAction.TRASH_REJECTS].label
    with qtbot.waitSignal(panel.action_requested) as asked:
        next(action for action in menu.actions() if action.text().startswith(label)).trigger()
    assert asked.args == [ActionRequest(ReviewAction.TRASH_REJECTS)]
    menu.close()
