"""The grid with real jobs, posters, keys, clicks and drags."""

import json
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import (
    USUAL_TAKES,
    Action,
    ActionRequest,
    ExportAction,
    JobAction,
    Offer,
    Pane,
    ReuseAction,
    ReviewAction,
    key_bindings,
)
from kling_desktop.domain.library.clip import Flag
from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, SearchResult
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.grid.grid import LibraryGrid
from kling_desktop.ui.library.grid.grid_layout import GridLayout
from kling_desktop.ui.library.model.clip_mime import CLIP_MIME, clip_mime
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.theme import Theme
from tests.support.keys import press_key
from tests.ui.library_panel import (
    NOW,
    PaintWatcher,
    add,
    as_clip,
    done,
    job,
    library_model,
    middle_of,
    open_panel,
    show,
    shown,
)

with_a_menu = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


@pytest.fixture
def model(posters: PosterCache) -> LibraryModel:
    return library_model(posters)


@pytest.fixture
def panel(theme: Theme, model: LibraryModel, qtbot: QtBot) -> LibraryPanel:
    return open_panel(qtbot, theme, model, 700, 500)


@pytest.fixture
def grid(panel: LibraryPanel) -> LibraryGrid:
    return panel.grid


def button_of(grid: LibraryGrid, row: int, action: Action) -> QPoint:
    """A point on a button of a card."""
    area = grid.visualRect(grid.model().index(row, 0))
    hits = (
        QPoint(x, y)
        for y in range(area.bottom(), area.top(), -4)
        for x in range(area.left(), area.right(), 4)
        if grid.action_at(QPoint(x, y)) is action
    )
    return next(hits) + QPoint(4, -4)


def requests_of(grid: LibraryGrid) -> list[ActionRequest]:
    """What it asks for from now on."""
    asked: list[ActionRequest] = []
    grid.card_actions.requested.connect(asked.append)
    return asked


def menu_of(grid: LibraryGrid) -> QMenu:
    menus = [child for child in grid.findChildren(QMenu) if child.isVisible()]
    assert len(menus) == 1
    return menus[0]


def test_the_newest_job_comes_first_whatever_its_source(model: LibraryModel) -> None:
    show(model, [done(5), done(2)])
    add(model, done(1))
    add(model, done(3))
    assert [shown(model, row).id for row in range(4)] == ["j1", "j2", "j3", "j5"]
    assert model.index_of("j3").row() == 2


def test_a_changed_job_stays_in_place(model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [job(1, job_states.Generating("g")), done(2)])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        add(model, done(1))
    assert changed.args is not None
    assert changed.args[0].row() == 0
    assert isinstance(shown(model, 0).state, job_states.Done)


def test_the_others_are_still_found_after_a_job_is_removed(model: LibraryModel) -> None:
    show(model, [done(1), done(2), done(3)])
    model.remove_clip(as_clip(done(2)))
    model.remove_clip(as_clip(done(7)))
    model.remove_job("never seen")
    assert [shown(model, row).id for row in range(model.rowCount())] == ["j1", "j3"]
    assert model.index_of("j1").row() == 0
    assert model.index_of("j3").row() == 1
    assert not model.index_of("j2").isValid()


def test_progress_is_shown_until_the_state_changes(model: LibraryModel) -> None:
    show(model, [job(1, job_states.Uploading())])
    model.set_progress("j1", 1, 4)
    model.set_progress("gone", 1, 4)
    assert model.card(0).fraction == 0.25
    model.put(job(1, job_states.Downloading("g", "i", "v")))
    assert model.card(0).fraction is None


def test_screen_readers_get_the_state_and_the_prompt(model: LibraryModel) -> None:
    show(model, [job(1, job_states.Generating("g"))])
    said = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Generating. Fox 1. 0:00"


def test_text_from_outside_is_never_markup(model: LibraryModel) -> None:
    show(model, [job(1, job_states.Refused("<img src=x> & so on"))])
    assert "&lt;img src=x&gt; &amp; so on" in str(model.data(model.index(0), Qt.ItemDataRole.ToolTipRole))


def test_cells_fill_the_width_and_are_found_under_the_pointer() -> None:
    for width in (232, 692, 1032, 3432):
        cells = GridLayout(width, 1000)
        assert cells.rect(cells.columns - 1).right() < width - 15
        for number in (0, 1, 499, 999):
            assert cells.at(cells.rect(number).center()) == number
        assert cells.at(QPoint(4, 4)) is None
        assert cells.content_height > cells.rect(999).bottom()
        seen = cells.between(5000, 5600)
        assert all(
            cells.rect(n).bottom() >= 5000 - cells.step and cells.rect(n).top() <= 5600 + cells.step for n in seen
        )


def test_arrow_keys_home_and_end_move_through_the_grid(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(number) for number in range(20)])
    assert grid.cells.columns == 3
    walk = [
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 4),
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 19),
        (Qt.Key.Key_Up, 16),
        (Qt.Key.Key_Right, 17),
        (Qt.Key.Key_Down, 19),
    ]
    for key, row in walk:
        qtbot.keyClick(grid, key)
        assert grid.currentIndex().row() == row
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    assert grid.currentIndex().row() < 19


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_a_clip(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot, key: Qt.Key) -> None:
    show(model, [done(1)])
    grid.setCurrentIndex(model.index(0))
    with qtbot.waitSignal(grid.card_actions.requested) as opened:
        qtbot.keyClick(grid, key)
    assert opened.args == [ActionRequest(JobAction.OPEN, ("j1",))]


def test_ctrl_enter_is_left_for_generate(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(1)])
    grid.setCurrentIndex(model.index(0))
    with qtbot.assertNotEmitted(grid.card_actions.requested):
        qtbot.keyClick(grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_click_opens_a_clip(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(1), done(2)])
    with qtbot.waitSignal(grid.card_actions.requested) as opened:
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(grid, 1))
    assert opened.args == [ActionRequest(JobAction.OPEN, ("j2",))]


def test_a_click_on_a_button_asks_for_its_action(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [job(1, job_states.Held(NOW + 3))])
    asked = requests_of(grid)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=button_of(grid, 0, JobAction.SEND_NOW))
    assert asked == [ActionRequest(JobAction.SEND_NOW, ("j1",))]


def test_a_press_released_outside_its_button_does_nothing(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [job(1, job_states.Held(NOW + 3))])
    with qtbot.assertNotEmitted(grid.card_actions.requested):
        qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=button_of(grid, 0, JobAction.UNDO))
        qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(grid, 0))


def test_delete_removes_only_jobs_that_have_ended(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [job(1, job_states.Generating("g")), job(2, job_states.Cancelled())])
    grid.setCurrentIndex(model.index(0))
    with qtbot.assertNotEmitted(grid.card_actions.requested):
        qtbot.keyClick(grid, Qt.Key.Key_Delete)
    grid.setCurrentIndex(model.index(1))
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert asked.args == [ActionRequest(JobAction.REMOVE, ("j2",))]


@with_a_menu
def test_the_buttons_of_a_card_are_in_its_menu(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [job(1, job_states.Held(NOW + 3))])
    grid.setCurrentIndex(model.index(0))
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    menu = menu_of(grid)
    assert [action.text() for action in menu.actions()] == ["Undo", "Send now", "Pause", "Edit"]
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert asked.args == [ActionRequest(JobAction.UNDO, ("j1",))]


@with_a_menu
def test_the_menu_key_opens_the_menu_of_a_clip(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(1)])
    grid.setCurrentIndex(model.index(0))
    QApplication.sendEvent(grid.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    menu = menu_of(grid)
    assert "Edit video\tE" in [action.text() for action in menu.actions()]
    menu.close()


@with_a_menu
def test_the_menu_of_several_offers_to_delete_them_at_leonardo_too(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot
) -> None:
    show(model, [done(1), done(2), done(3)])
    grid.setCurrentIndex(model.index(0))
    qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QApplication.sendEvent(grid.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    menu = menu_of(grid)
    assert menu.actions()[-1].text() == Offer(JobAction.DELETE_AT_LEONARDO, 3).label
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        menu.actions()[-1].trigger()
    assert asked.args == [ActionRequest(JobAction.DELETE_AT_LEONARDO, clips=(1001, 1002, 1003))]
    menu.close()


def test_the_clock_ticks_only_while_a_visible_card_needs_it(
    panel: LibraryPanel, grid: LibraryGrid, model: LibraryModel
) -> None:
    show(model, [done(number) for number in range(60)])
    assert not grid.is_ticking
    model.put(job(-1, job_states.Generating("g")))
    assert grid.is_ticking
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    assert not grid.is_ticking
    grid.verticalScrollBar().setValue(0)
    assert grid.is_ticking
    panel.hide()
    assert not grid.is_ticking
    panel.show()
    assert grid.is_ticking
    add(model, done(-1))
    assert not grid.is_ticking


def test_the_scroll_bar_moves_no_card(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(1), done(2)])
    before = grid.visualRect(model.index(1))
    for number in range(3, 80):
        add(model, done(number))
    assert grid.verticalScrollBar().maximum() > 0
    assert grid.visualRect(model.index(1)) == before


def test_a_poster_is_shown_once_it_is_loaded(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot, tmp_path: Path
) -> None:
    Image.new("RGB", (640, 360), (200, 20, 20)).save(tmp_path / "red.jpg")
    show(model, [done(1, str(tmp_path / "red.jpg"))])

    def is_red() -> bool:
        return grid.grab().toImage().pixelColor(middle_of(grid, 0)).red() > 150

    qtbot.waitUntil(is_red)


def test_a_card_with_an_unreadable_poster_still_opens(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_text("not a picture")
    show(model, [done(1, str(tmp_path / "bad.jpg")), done(2, str(tmp_path / "gone.jpg"))])
    qtbot.waitUntil(lambda: all((poster := model.poster(row)) is not None and poster.isNull() for row in (0, 1)))
    grid.grab()
    with qtbot.waitSignal(grid.card_actions.requested):
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(grid, 0))


def test_a_closed_poster_cache_can_still_be_painted_from(theme: Theme, tmp_path: Path) -> None:
    closed = PosterCache(theme.tokens)
    closed.close()
    assert closed.image(str(tmp_path / "late.jpg")) is None


def test_posters_are_kept_within_their_budget(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    kept = PosterCache(theme.tokens, budget=3 * 240 * 165 * 4)
    for number in range(8):
        Image.new("RGB", (64, 36)).save(tmp_path / f"{number}.jpg")
        with qtbot.waitSignal(kept.loaded):
            assert kept.image(str(tmp_path / f"{number}.jpg")) is None
    cached = [kept.image(str(path), ask=False) for path in tmp_path.iterdir()]
    assert len([image for image in cached if image]) == 3
    kept.close()


def test_a_dragged_clip_carries_its_file_and_its_ids() -> None:
    mime = clip_mime(done(1))
    assert mime is not None
    assert mime.urls()[0].toLocalFile() == "/clips/1.mp4"
    assert json.loads(bytes(mime.data(CLIP_MIME).data())) == {
        "job": "j1",
        "generation": "g1",
        "image": "i1",
        "file": "/clips/1.mp4",
        "width": 1920,
        "height": 1080,
        "seconds": 5,
    }
    assert clip_mime(job(1, job_states.Generating("g"))) is None


def pull(grid: LibraryGrid, row: int) -> None:
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(grid, row))
    for pulled in (4, 12, 24):
        QTest.mouseMove(grid.viewport(), middle_of(grid, row) + QPoint(pulled, pulled))
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(grid, row) + QPoint(24, 24))


def test_a_hover_ends_when_the_clip_is_dragged_away(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(1)])
    middle = middle_of(grid, 0)
    QTest.mouseMove(grid.viewport(), middle)
    assert grid.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    for pulled in (1, QApplication.startDragDistance() + 2):
        if grid.findChildren(QDrag):
            break
        QTest.mouseMove(grid.viewport(), middle + QPoint(pulled, pulled))
    assert grid.findChildren(QDrag)
    assert grid.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_clip_can_be_dragged_out_of_the_grid(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(1)])
    pull(grid, 0)
    (drag,) = grid.findChildren(QDrag)
    assert json.loads(bytes(drag.mimeData().data(CLIP_MIME).data()))["image"] == "i1"
    drag.deleteLater()


def test_a_job_without_a_clip_cannot_be_dragged(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [job(1, job_states.Generating("g"))])
    pull(grid, 0)
    assert not grid.findChildren(QDrag)


def test_an_empty_library_says_what_to_do_next(panel: LibraryPanel, model: LibraryModel) -> None:
    empty = panel.grab().toImage()
    show(model, [done(1)])
    assert panel.grab().toImage() != empty


def test_the_duration_is_readable_on_the_brightest_poster(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot, tmp_path: Path
) -> None:
    Image.new("RGB", (640, 360), "white").save(tmp_path / "white.jpg")
    show(model, [done(1, str(tmp_path / "white.jpg"))])
    card = grid.visualRect(model.index(0))
    qtbot.waitUntil(lambda: grid.grab().toImage().pixelColor(middle_of(grid, 0)).red() > 250)
    ground = grid.grab().toImage().pixelColor(card.right() - 11, card.bottom() - 11)
    assert ground.red() < 120
    assert grid.grab().toImage().pixelColor(card.right() - 11, card.top() + 11).red() > 250


def test_focus_is_a_ring_and_selection_an_outline(grid: LibraryGrid, model: LibraryModel, theme: Theme) -> None:
    show(model, [done(1)])
    grid.reveal("j1")
    card = grid.visualRect(model.index(0))
    edge, around = QPoint(card.left(), card.center().y()), QPoint(card.left() - 2, card.center().y())
    with_keyboard = grid.grab().toImage()
    assert with_keyboard.pixelColor(edge) == theme.tokens.accent
    assert with_keyboard.pixelColor(around) != theme.tokens.bg
    grid.clearFocus()
    without = grid.grab().toImage()
    assert without.pixelColor(edge) == theme.tokens.accent
    assert without.pixelColor(edge + QPoint(1, 0)) != theme.tokens.accent
    assert without.pixelColor(around) == theme.tokens.bg


def test_the_selection_stays_on_its_job_when_another_is_added(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(1), done(2)])
    grid.reveal("j2")
    add(model, done(0))
    assert shown(model, grid.currentIndex().row()).id == "j2"


def test_ten_thousand_jobs_are_laid_out_by_arithmetic(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [replace(done(number), created_at=float(number)) for number in range(10_000)])
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    last = grid.visualRect(model.index(9_999))
    assert grid.viewport().rect().contains(last)
    assert grid.indexAt(last.center()).row() == 9_999


def chosen(grid: LibraryGrid) -> list[int]:
    return sorted(index.row() for index in grid.selectionModel().selectedIndexes())


def test_ctrl_and_shift_select_several_and_open_none(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(n) for n in range(6)])
    ctrl, shift, left = (
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.MouseButton.LeftButton,
    )
    opened = requests_of(grid)
    qtbot.mouseClick(grid.viewport(), left, ctrl, middle_of(grid, 1))
    qtbot.mouseClick(grid.viewport(), left, ctrl, middle_of(grid, 3))
    assert chosen(grid) == [1, 3]
    qtbot.mouseClick(grid.viewport(), left, shift, middle_of(grid, 5))
    assert chosen(grid) == [1, 3, 4, 5]
    assert opened == []
    qtbot.keyClick(grid, Qt.Key.Key_A, ctrl)
    assert chosen(grid) == list(range(6))
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert chosen(grid) == [0]
    qtbot.keyClick(grid, Qt.Key.Key_Right, shift)
    assert chosen(grid) == [0, 1]


def test_enter_compares_two_to_four_selected_clips(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(n) for n in range(6)])
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert asked.args == [ActionRequest(JobAction.COMPARE, ("j0", "j1"))]
    qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with qtbot.assertNotEmitted(grid.card_actions.requested):
        qtbot.keyClick(grid, Qt.Key.Key_Space)


def test_a_rubber_band_selects_the_cards_it_touches(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(n) for n in range(4)])
    first, second = (grid.visualRect(model.index(row)) for row in (0, 1))
    start = QPoint(first.left() - 6, first.bottom() + 6)
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for x in (first.left() + 30, second.left() + 30):
        qtbot.mouseMove(grid.viewport(), QPoint(x, first.bottom() - 30))
    assert chosen(grid) == [0, 1]
    assert not grid.band.isNull()
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(second.left() + 30, first.bottom() - 30))
    assert grid.band.isNull()
    assert chosen(grid) == [0, 1]


def test_del_moves_selected_clips_to_the_trash_and_removes_ended_jobs(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot
) -> None:
    show(model, [done(0), job(1, job_states.Generating("g")), done(2), job(3, job_states.Failed("g", "It failed."))])
    asked = requests_of(grid)
    qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert asked == [ActionRequest(JobAction.REMOVE, ("j3",)), ActionRequest(ReviewAction.TRASH, clips=(1000, 1002))]


@pytest.mark.parametrize(
    ("key", "held", "action", "value"),
    [
        (Qt.Key.Key_1, "", ReviewAction.RATE, 1),
        (Qt.Key.Key_5, "", ReviewAction.RATE, 5),
        (Qt.Key.Key_0, "", ReviewAction.RATE, 0),
        (Qt.Key.Key_P, "", ReviewAction.PICK, 0),
        (Qt.Key.Key_X, "", ReviewAction.REJECT, 0),
        (Qt.Key.Key_X, "Shift", ReviewAction.UNFLAG, 0),
        (Qt.Key.Key_N, "", ReviewAction.EDIT_NOTES, 0),
        (Qt.Key.Key_T, "", ReviewAction.EDIT_TAGS, 0),
        (Qt.Key.Key_C, "Control", ExportAction.COPY_FILE, 0),
    ],
)
def test_a_key_applies_to_all_selected_clips(
    grid: LibraryGrid,
    model: LibraryModel,
    qtbot: QtBot,
    key: Qt.Key,
    held: str,
    action: ReviewAction | ExportAction,
    value: int,
) -> None:
    show(model, [done(0), done(1), job(2, job_states.Generating("g"))])
    qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        qtbot.keyClick(grid, key, getattr(Qt.KeyboardModifier, f"{held or 'No'}Modifier"))
    assert asked.args == [ActionRequest(action, clips=(1000, 1001), value=value)]


@pytest.mark.parametrize("key", [key for key in key_bindings(Pane.LIBRARY) if key != "Enter"])
def test_every_key_of_the_action_table_requests_its_action(grid: LibraryGrid, model: LibraryModel, key: str) -> None:
    show(model, [done(0)])
    grid.setCurrentIndex(model.index(0))
    asked = requests_of(grid)
    press_key(grid, key)
    assert [(request.action, request.value) for request in asked] == list(key_bindings(Pane.LIBRARY)[key])


def test_ctrl_del_applies_to_all_rejects_shown(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(0), done(1)])
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        qtbot.keyClick(grid, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [ActionRequest(ReviewAction.TRASH_REJECTS)]


@pytest.mark.parametrize(
    ("key", "shift", "action", "value"),
    [
        (Qt.Key.Key_U, False, ReuseAction.USE_SETTINGS, 0),
        (Qt.Key.Key_U, True, ReuseAction.USE_PROMPT, 0),
        (Qt.Key.Key_S, False, ReuseAction.USE_SEED, 0),
        (Qt.Key.Key_C, False, ReuseAction.CONTINUE, 0),
        (Qt.Key.Key_E, False, ReuseAction.EDIT_VIDEO, 0),
        (Qt.Key.Key_R, False, ReuseAction.RUN_AGAIN, 0),
        (Qt.Key.Key_R, True, ReuseAction.MORE_TAKES, USUAL_TAKES),
    ],
)
def test_a_key_reuses_the_focused_clip(
    grid: LibraryGrid,
    model: LibraryModel,
    qtbot: QtBot,
    key: Qt.Key,
    shift: bool,
    action: ReuseAction,
    value: int,
) -> None:
    show(model, [done(0), done(1)])
    grid.setCurrentIndex(model.index(1))
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        qtbot.keyClick(grid, key, held)
    assert asked.args == [ActionRequest(action, ("j1",), value=value)]


def test_digit_keys_work_on_layouts_that_need_shift(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(0)])
    grid.setCurrentIndex(model.index(0))
    asked = requests_of(grid)
    french = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_3, Qt.KeyboardModifier.ShiftModifier, "3")
    QApplication.sendEvent(grid, french)
    assert asked == [ActionRequest(ReviewAction.RATE, clips=(1000,), value=3)]


def test_a_review_is_on_its_card_and_read_by_screen_readers(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(0)])
    clip = model.clip(0)
    assert clip
    plain = grid.grab().toImage()
    model.change_clip(replace(clip, rating=3, flag=Flag.REJECT, notes="too dark", tags=("night",)))
    assert grid.grab().toImage() != plain
    tip = str(model.data(model.index(0), Qt.ItemDataRole.ToolTipRole))
    assert "Rejected · 3 stars · night" in tip
    assert "too dark" in tip
    said = str(model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole))
    assert "Rejected" in said
    assert "3 stars" in said


def test_a_clip_without_its_file_offers_to_download_it_again(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot
) -> None:
    show(model, [done(1)])
    model.change_clip(replace(as_clip(done(1)), is_missing=True))
    QApplication.processEvents()
    assert model.card(0).word == "File missing"
    with qtbot.waitSignal(grid.card_actions.requested) as asked:
        button = button_of(grid, 0, JobAction.DOWNLOAD_AGAIN)
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=button)
    assert asked.args == [ActionRequest(JobAction.DOWNLOAD_AGAIN, ("j1",))]
    model.change_clip(as_clip(done(1)))
    assert model.card(0).word == "Done"


def test_the_focus_stays_in_place_when_the_list_is_reloaded(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(n) for n in range(6)])
    grid.setCurrentIndex(model.index(3))
    show(model, [done(n) for n in (0, 1, 2, 4, 5)])
    assert grid.currentIndex().row() == 3
    show(model, [done(n) for n in (0, 1, 2)])
    assert grid.currentIndex().row() == 2
    grid.setCurrentIndex(model.index(1))
    show(model, [done(n) for n in (7, 0, 1)])
    clip = model.clip(grid.currentIndex().row())
    assert clip
    assert clip.id == "j1"


def answer(clips: range, query: ClipQuery, *, more: bool = False) -> SearchResult:
    """Those clips of `done`, newest first."""
    moments = array("d", (NOW - number for number in clips))
    return SearchResult(query, array("q", (1000 + number for number in clips)), moments, has_more=more)


def test_later_pages_of_a_result_repaint_nothing_visible(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    query = ClipQuery(text="fox", group=ClipGrouping.NONE)
    model.show(answer(range(60), query, more=True), ())
    model.add_loaded([as_clip(done(number)) for number in range(60)])
    grid.setCurrentIndex(model.index(3))
    painted = PaintWatcher(grid.viewport())
    qtbot.waitUntil(lambda: bool(painted.areas))
    qtbot.waitUntil(painted.is_settled)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.completed):
        model.show(answer(range(5_000), query), ())
    grid.viewport().update(QRect(0, 0, 1, 1))
    qtbot.waitUntil(lambda: bool(painted.areas))
    assert [area.size() for area in painted.areas] == [QSize(1, 1)]
    assert model.rowCount() == 5_000
    assert grid.currentIndex().row() == 3
    assert grid.verticalScrollBar().maximum() > 5_000


def test_a_selection_far_down_is_restored_once_the_result_is_complete(grid: LibraryGrid, model: LibraryModel) -> None:
    model.show(answer(range(5_000), ClipQuery(group=ClipGrouping.NONE)), ())
    grid.setCurrentIndex(model.index(4_000))
    for typed in ("f", "fo"):
        model.show(answer(range(100), ClipQuery(text=typed, group=ClipGrouping.NONE), more=True), ())
        assert not grid.currentIndex().isValid()
    model.show(answer(range(0, 5_000, 2), ClipQuery(text="fo", group=ClipGrouping.NONE)), ())
    assert grid.currentIndex().row() == 2_000
    assert grid.selected_rows() == [2_000]


def test_a_new_query_starts_at_the_top(grid: LibraryGrid, model: LibraryModel) -> None:
    model.show(answer(range(5_000), ClipQuery(group=ClipGrouping.NONE)), ())
    grid.verticalScrollBar().setValue(20_000)
    model.show(answer(range(5_000), ClipQuery(group=ClipGrouping.NONE)), ())
    assert grid.verticalScrollBar().value() == 20_000  # news of what is looked at moves nothing
    model.show(answer(range(3_000), ClipQuery(text="fox", group=ClipGrouping.NONE)), ())
    assert grid.verticalScrollBar().value() == 0
