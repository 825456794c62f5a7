"""The looks of the library: sizes, headings, the list, the order, and the pointer that leads along a clip."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import JobAction
from kling_desktop.domain.library.clip import Flag
from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort, SearchResult
from kling_desktop.ui.library.cards.columns import DATE, PROMPT, RATING, places
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.grid.grid import LibraryGrid
from kling_desktop.ui.library.grid.grid_layout import AS_LIST, HEADING, SIZES, GridLayout
from kling_desktop.ui.library.grid.list_header import ListHeader
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.theme import Theme
from tests.media.video_fixtures import write_video
from tests.ui.library_panel import add, as_clip, done, job, library_model, open_panel, show, shown

NOON = datetime(2026, 3, 12, 12, 0).astimezone().timestamp()
HOUR, DAY = 3600.0, 86400.0
MANY = 100_000
with_a_menu = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


@pytest.fixture
def model(posters: PosterCache) -> LibraryModel:
    return library_model(posters, NOON)


@pytest.fixture
def panel(theme: Theme, model: LibraryModel, qtbot: QtBot) -> Iterator[LibraryPanel]:
    made = open_panel(qtbot, theme, model, 1000, 600)
    yield made
    made.shut()


@pytest.fixture
def grid(panel: LibraryPanel) -> LibraryGrid:
    return panel.grid


def headings(model: LibraryModel) -> list[tuple[int, str]]:
    return [(section.row, model.heading(section)) for section in model.sections]


def ids(model: LibraryModel) -> list[str]:
    return [shown(model, row).id for row in range(model.rowCount())]


@given(st.integers(240, 2000), st.sampled_from([AS_LIST, *SIZES]), st.lists(st.integers(1, 40), max_size=8))
def test_every_card_under_every_heading_is_found_at_its_position(width: int, least: int, sections: list[int]) -> None:
    count = sum(sections)
    cells = GridLayout(width, count, least, [sum(sections[:nth]) for nth in range(len(sections))])
    bottom = 0
    for number in range(count):
        place = cells.rect(number)
        assert 0 <= place.left() <= place.right() < width
        assert cells.at(place.center()) == number
        assert number in cells.between(place.center().y(), place.center().y())
        assert not number or place.top() >= cells.rect(number - 1).top()
        bottom = place.bottom()
        above, below = cells.above(number), cells.below(number)
        assert above == number or cells.rect(above).bottom() < place.top()
        assert below == number or cells.rect(below).top() > place.bottom()
        assert below != number or cells.rect(count - 1).top() == place.top()
    assert cells.between(-10, cells.content_height) == range(count)
    assert not count or cells.content_height > bottom
    seen = list(cells.headings(0, cells.content_height))
    assert [section for section, _ in seen] == list(range(len(sections)))
    for section, place in seen:
        assert cells.at(place.center()) is None
        assert place.bottom() < cells.rect(sum(sections[:section])).top()


def test_days_are_headings_above_their_clips_and_jobs(model: LibraryModel) -> None:
    at = {1: NOON - HOUR, 2: NOON - 13 * HOUR, 3: NOON - 14 * HOUR, 4: NOON - 3 * DAY, 5: NOON - 400 * DAY}
    clips = [replace(done(number), created_at=moment) for number, moment in at.items()]
    show(model, [*clips, replace(job(6, job_states.Failed("g", "No.")), created_at=NOON - 2 * DAY)])
    assert headings(model) == [
        (0, "Today"),
        (1, "Yesterday"),
        (3, "Tuesday, 10 March"),
        (4, "Monday, 9 March"),
        (5, "Wednesday, 5 February 2025"),
    ]
    assert ids(model) == ["j1", "j2", "j3", "j6", "j4", "j5"]


def test_a_finished_clip_takes_the_place_of_its_job(model: LibraryModel, qtbot: QtBot) -> None:
    running = [replace(job(n, job_states.Generating("g")), created_at=NOON - n) for n in (1, 2, 3)]
    show(model, [*running, replace(done(4), created_at=NOON - DAY)])
    made = replace(running[1], state=done(2).state)
    model.put(made)
    with qtbot.assertNotEmitted(model.rowsInserted), qtbot.assertNotEmitted(model.rowsRemoved):
        add(model, made)
    assert ids(model) == ["j1", "j2", "j3", "j4"]
    assert model.clip(1) == as_clip(made)
    assert model.unfinished(1) is None
    assert headings(model) == [(0, "Today"), (3, "Yesterday")]


def test_in_other_sort_orders_unfinished_jobs_come_first(model: LibraryModel) -> None:
    clips = [as_clip(done(number)) for number in (7, 5, 6)]
    model.preset_name = {"": "Without", "noir": "Noir close-ups"}.__getitem__
    query = ClipQuery(sort=ClipSort.RATING, group=ClipGrouping.PRESET)
    model.show(
        SearchResult(query, array("q", [clip.number for clip in clips]), groups=((0, "noir"), (2, ""))),
        [job(1, job_states.Generating("g"))],
    )
    model.add_loaded(clips)
    assert ids(model) == ["j1", "j7", "j5", "j6"]
    assert headings(model) == [(0, "Not finished"), (1, "Noir close-ups"), (3, "Without")]


def test_wheel_and_keys_resize_cards_and_keep_the_current_one_visible(
    panel: LibraryPanel, grid: LibraryGrid, model: LibraryModel, qtbot: QtBot
) -> None:
    show(model, [done(number) for number in range(200)])
    grid.setCurrentIndex(model.index(150))
    before = grid.cells.width
    ctrl = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(grid, Qt.Key.Key_Minus, ctrl)
    assert grid.cells.width < before
    assert grid.viewport().rect().contains(grid.visualRect(model.index(150)))
    qtbot.keyClick(grid, Qt.Key.Key_Plus, ctrl)
    qtbot.keyClick(grid, Qt.Key.Key_Equal, ctrl)
    assert panel.slider.value() == 3
    assert grid.cells.width > before
    middle, nothing = QPointF(300, 200), QPoint()
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    for turn in (60, 60, 120):  # half a notch twice, as of a touch pad
        turned = QWheelEvent(middle, middle, nothing, QPoint(0, -turn), none, ctrl, phase, False)
        QApplication.sendEvent(grid.viewport(), turned)
    assert panel.appearance == (1, False)
    panel.slider.setValue(0)
    assert panel.appearance == (0, False)
    assert grid.viewport().rect().contains(grid.visualRect(model.index(150)))


def test_small_job_cards_keep_their_actions_in_the_menu(
    panel: LibraryPanel, grid: LibraryGrid, model: LibraryModel
) -> None:
    show(model, [job(1, job_states.Held(NOON + 3))])
    area = grid.visualRect(model.index(0))
    assert grid.action_at(QPoint(area.left() + 20, area.bottom() - 20)) is JobAction.UNDO
    panel.show_appearance(0, as_list=False)
    area = grid.visualRect(model.index(0))
    assert not grid.action_at(QPoint(area.left() + 20, area.bottom() - 20))
    grid.grab()


def test_the_list_has_a_row_with_buttons_for_each(
    panel: LibraryPanel, grid: LibraryGrid, model: LibraryModel, qtbot: QtBot
) -> None:
    show(model, [job(-1, job_states.Held(NOON + 3)), *(done(number) for number in range(50))])
    qtbot.mouseClick(panel.as_list, Qt.MouseButton.LeftButton)
    assert panel.appearance == (2, True)
    assert grid.cells.columns == 1
    places = [grid.visualRect(model.index(row)) for row in (0, 1)]
    assert places[1].top() > places[0].bottom()
    line = places[0]
    actions = {grid.action_at(QPoint(x, line.center().y())) for x in range(0, 1000, 4)}
    assert actions == {None, JobAction.UNDO, JobAction.SEND_NOW}
    grid.grab()
    qtbot.mouseClick(panel.as_cards, Qt.MouseButton.LeftButton)
    assert grid.cells.columns > 1


def test_a_narrow_list_drops_the_least_important_columns_never_the_prompt() -> None:
    for width in range(420, 1600, 20):
        placed = places(width)
        assert placed[0][0] is PROMPT
        assert placed[0][2] >= 100
        assert placed[-1][1] + placed[-1][2] <= width
    assert [column for column, _, _ in places(600)][-2:] == [RATING, DATE]


def test_a_click_on_a_column_header_sorts_by_it(panel: LibraryPanel, model: LibraryModel, qtbot: QtBot) -> None:
    show(model, [done(1)])
    panel.show_appearance(2, as_list=True)
    [header] = panel.findChildren(ListHeader)
    lefts = {column.name: left for column, left, _ in places(panel.width() - 32)}
    with qtbot.waitSignal(panel.sort_requested) as asked:
        QTest.mouseClick(header, Qt.MouseButton.LeftButton, pos=QPoint(16 + lefts["Rating"] + 4, 10))
    assert asked.args == [ClipQuery(sort=ClipSort.RATING)]
    with qtbot.waitSignal(panel.sort_requested) as asked:
        QTest.mouseClick(header, Qt.MouseButton.LeftButton, pos=QPoint(16 + lefts["Date"] + 4, 10))
    assert asked.args == [ClipQuery(sort=ClipSort.OLDEST)]


@with_a_menu
def test_the_sort_order_is_chosen_from_a_menu_by_keyboard(panel: LibraryPanel, qtbot: QtBot) -> None:
    panel.sort_button.setFocus()
    qtbot.keyClick(panel.sort_button, Qt.Key.Key_Return)
    (menu,) = panel.sort_button.findChildren(QMenu)
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Newest", "By day"]
    with qtbot.waitSignal(panel.sort_requested) as asked:
        for _ in range(3):
            qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert asked.args == [ClipQuery(sort=ClipSort.RATING)]
    assert panel.sort_button.text() == "Best rated"


def test_the_selection_survives_another_sort_order(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [done(number) for number in range(6)])
    grid.setCurrentIndex(model.index(1))
    grid.selectionModel().select(grid.ranges([1, 4]), grid.selectionModel().SelectionFlag.ClearAndSelect)
    clips = [as_clip(done(number)) for number in (4, 3, 2, 1)]
    model.show(SearchResult(ClipQuery(sort=ClipSort.OLDEST), array("q", [clip.number for clip in clips])), ())
    model.add_loaded(clips)
    assert [shown(model, row).id for row in grid.selected_rows()] == ["j4", "j1"]
    assert shown(model, grid.currentIndex().row()).id == "j1"


def test_several_selected_clips_are_marked_and_counted(
    grid: LibraryGrid, model: LibraryModel, theme: Theme, qtbot: QtBot
) -> None:
    show(model, [done(number) for number in range(6)])
    counts: list[int] = []
    grid.selection.changed.connect(counts.append)
    grid.setCurrentIndex(model.index(1))
    card = grid.visualRect(model.index(1))
    mark = QPoint(card.right() - 19, card.top() + 11)
    assert grid.grab().toImage().pixelColor(mark) != theme.tokens.accent
    qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert grid.grab().toImage().pixelColor(mark) == theme.tokens.accent
    assert counts[-1] == 2
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert counts[-1] == 1
    assert grid.grab().toImage().pixelColor(mark) != theme.tokens.accent


def test_a_hundred_thousand_clips_are_selected_at_once(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    ages = array("d", (NOON - number * 60 for number in range(MANY)))
    model.show(SearchResult(ClipQuery(), array("q", range(1, MANY + 1)), ages), ())
    qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    rows = grid.selected_rows()
    assert (len(rows), len(grid.selectionModel().selection().toList())) == (MANY, 1)
    assert model.numbers_of(rows[-2:]) == [MANY - 1, MANY]
    grid.grab()


def test_pages_of_clips_are_loaded_as_they_become_visible(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    asked: list[int] = []
    model.load_requested.connect(asked.extend)
    ages = array("d", (NOON - number * 60 for number in range(MANY)))
    model.show(SearchResult(ClipQuery(), array("q", range(1, MANY + 1)), ages), ())
    grid.grab()
    assert asked == list(range(1, len(asked) + 1))
    assert len(asked) <= 128
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: bool(grid.grab()) and MANY in asked)  # once it has come to rest
    assert len(asked) <= 320


def test_the_pointer_scrubs_through_the_clip(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot, tmp_path: Path
) -> None:
    film = write_video(tmp_path / "film.mp4", frames=40, size=(320, 180))
    clip = replace(done(1), state=job_states.Done("g", "i", str(film)))
    show(model, [clip])
    place = grid.visualRect(model.index(0))

    def seen_at(part: float) -> bytes:
        QTest.mouseMove(grid.viewport(), QPoint(place.left() + round(part * place.width()), place.center().y()))
        return bytes(grid.grab(place).toImage().constBits())

    loaded: list[str] = []
    grid.frames.frame_added.connect(loaded.append)
    seen_at(0.1)
    qtbot.waitUntil(lambda: len(loaded) == 20, timeout=5000)
    assert len({seen_at(part) for part in (0.02, 0.3, 0.6, 0.98)}) == 4
    QTest.mouseMove(grid.viewport(), QPoint(2, 2))
    assert "Text" in model.card(0).facts
    help_there = QHelpEvent(QEvent.Type.ToolTip, place.center(), grid.viewport().mapToGlobal(place.center()))
    QApplication.sendEvent(grid.viewport(), help_there)


def test_a_quick_pointer_or_a_broken_video_decodes_nothing(
    grid: LibraryGrid, model: LibraryModel, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"no film")
    show(model, [replace(done(1), state=job_states.Done("g", "i", str(tmp_path / "bad.mp4")))])
    grid.frames.load(str(tmp_path / "bad.mp4"))
    grid.frames.load("")
    grid.frames.load(str(tmp_path / "bad.mp4"))
    grid.frames.close()
    QApplication.processEvents()
    assert grid.frames.frame(str(tmp_path / "bad.mp4"), 0.5) is None


def test_a_heading_sticks_to_the_top(grid: LibraryGrid, model: LibraryModel) -> None:
    show(model, [replace(done(number), created_at=NOON - number * DAY) for number in range(40)])
    grid.scrollTo(model.index(20))
    grid.scrollTo(model.index(3))
    assert grid.visualRect(model.index(3)).top() >= HEADING


def test_an_empty_result_says_what_to_do(panel: LibraryPanel, model: LibraryModel) -> None:
    model.show(SearchResult(ClipQuery()), ())
    none_yet = panel.grab().toImage()
    model.show(SearchResult(ClipQuery(text="zebra")), ())
    assert panel.grab().toImage() != none_yet


def test_the_list_shows_when_each_clip_was_made(model: LibraryModel) -> None:
    show(model, [replace(done(1), created_at=NOON - HOUR), replace(done(2), created_at=NOON - 4 * DAY)])
    assert [model.created_text(row) for row in (0, 1)] == ["Today, 11:00", "8 Mar, 12:00"]
    assert DATE.sort is ClipSort.NEWEST


@with_a_menu
def test_a_right_click_beside_the_cards_offers_what_is_for_all_of_them(
    panel: LibraryPanel, grid: LibraryGrid, model: LibraryModel
) -> None:
    show(model, [done(1), done(2)])
    beside = grid.viewport().rect().bottomRight() - QPoint(20, 20)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, beside, grid.viewport().mapToGlobal(beside))
    QApplication.sendEvent(grid.viewport(), asked)
    (menu,) = [menu for menu in panel.findChildren(QMenu) if menu.isVisible()]
    menu.actions()[0].trigger()
    assert grid.selected_rows() == [0, 1]
    menu.close()


def test_what_is_picked_and_rejected_can_be_told_in_the_list(
    panel: LibraryPanel, grid: LibraryGrid, model: LibraryModel
) -> None:
    show(model, [done(1)])
    panel.show_appearance(2, as_list=True)
    pictures = []
    for flag in Flag:
        model.change_clip(replace(as_clip(done(1)), flag=flag))
        pictures.append(bytes(grid.grab().toImage().constBits()))
    assert len(set(pictures)) == len(Flag)


def test_a_clip_that_is_rated_stays_under_the_hand_though_the_best_come_first(model: LibraryModel) -> None:
    clips = [as_clip(done(1)), as_clip(done(2))]
    numbers = array("q", (clip.number for clip in clips))
    model.show(SearchResult(ClipQuery(sort=ClipSort.RATING), numbers), ())
    model.add_loaded(clips)
    model.change_clip(replace(clips[1], rating=5))
    assert ids(model) == ["j1", "j2"]
    assert model.card(1).rating == 5
