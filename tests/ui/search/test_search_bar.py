"""The line, the chips and the sheet that clips are found by, with real keys and clicks."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.library.clip_query import (
    ClipQuery,
    FilterKind,
    LineageFilter,
    LineageScope,
    Period,
    SavedSearch,
    period_bounds,
)
from kling_desktop.domain.library.filters import QUICK_FILTERS, FilterChoices
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.ui.search.filter_popup import SavedSearchChip
from kling_desktop.ui.search.search_bar import SearchBar
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, Chip

NOW = datetime(2026, 3, 29, 14, 2).astimezone()


@pytest.fixture
def finder(theme: Theme, qtbot: QtBot) -> SearchBar:
    host = QWidget()
    host.resize(1000, 700)
    qtbot.addWidget(host)
    made = SearchBar(theme, host, lambda: NOW)
    made.setGeometry(16, 12, 968, 34)
    made.show_facets(FilterChoices(presets={"noir": "Noir close-ups"}, tags=("client",)))
    host.show()
    host.activateWindow()
    qtbot.waitExposed(host)
    made.start()
    QApplication.processEvents()
    return made


def chip(finder: SearchBar, name: str) -> Chip:
    found = [one for one in finder.findChildren(Chip) + finder.sheet.findChildren(Chip) if one.text() == name]
    return next(one for one in found if one.isVisible())


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_each_letter_searches_at_once_and_no_query_is_repeated(finder: SearchBar, qtbot: QtBot) -> None:
    asked: list[str] = []
    finder.query_changed.connect(lambda query: asked.append(query.text))
    qtbot.keyClicks(finder.field, "cat")
    assert asked == ["c", "ca", "cat"]
    qtbot.keyClick(finder.field, Qt.Key.Key_Return)
    assert len(asked) == 3


def test_escape_clears_the_search_and_then_focuses_the_grid(finder: SearchBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(finder.field, "cat")
    qtbot.keyClick(finder.field, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(finder.field.focus_left), qtbot.waitSignal(finder.query_changed):
        qtbot.keyClick(finder.field, Qt.Key.Key_Escape)
    assert finder.query == ClipQuery()
    with qtbot.waitSignal(finder.field.focus_left):
        qtbot.keyClick(finder.field, Qt.Key.Key_Escape)


def test_the_search_bar_counts_the_results(finder: SearchBar) -> None:
    finder.field.show_count(1_284)
    assert finder.field.accessibleDescription() == "1,284 found"
    wide = finder.field.textMargins().right()
    finder.field.show_count(None)
    assert finder.field.accessibleDescription() == ""
    assert finder.field.textMargins().right() < wide


def test_the_placeholder_fits_the_search_field(finder: SearchBar) -> None:
    assert finder.field.placeholderText() == "Search prompts and notes"
    finder.field.setFixedWidth(150)
    QApplication.processEvents()
    assert finder.field.placeholderText() == "Search"
    finder.field.show_count(1_284)
    assert not finder.field.placeholderText()


def test_a_chip_toggles_and_stays_in_place(finder: SearchBar, qtbot: QtBot) -> None:
    before = list(finder.row.chips)
    click(qtbot, chip(finder, "3 stars and up"))
    assert finder.query.min_rating == 3
    assert finder.button.text() == "Filters · 1"
    assert list(finder.row.chips) == before
    click(qtbot, chip(finder, "Last 7 days"))
    assert finder.query.since == period_bounds(Period.WEEK, NOW)[0]
    click(qtbot, chip(finder, "3 stars and up"))
    click(qtbot, chip(finder, "Last 7 days"))
    assert finder.query.is_plain


def test_a_lone_filter_stays_visible_in_a_narrow_window_and_can_be_removed(finder: SearchBar, qtbot: QtBot) -> None:
    finder.setGeometry(16, 12, 380, 34)
    qtbot.keyClicks(finder.field, "ca")
    finder.show_only(FilterKind.LINEAGE, LineageFilter("j1", LineageScope.ALL, "Slow dolly toward the observatory"))
    assert (finder.query.text, finder.query.lineage is not None) == ("", True)
    shown = chip(finder, "Related to “Slow dolly toward…”")
    QApplication.processEvents()
    assert shown.width() < shown.sizeHint().width()
    assert shown.geometry().right() < finder.row.width()
    click(qtbot, shown)
    assert finder.query.is_plain


def test_a_filter_relative_to_today_is_repeated_at_midnight(theme: Theme, qtbot: QtBot) -> None:
    moments, host = [NOW], QWidget()
    qtbot.addWidget(host)
    finder = SearchBar(theme, host, lambda: moments[-1])
    asked: list[ClipQuery] = []
    finder.query_changed.connect(asked.append)
    [midnight] = finder.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert not midnight.isActive()
    host.show()
    finder.open_filters()
    click(qtbot, chip(finder, "Today"))
    assert midnight.isActive()
    for hours in (9, 10):
        moments.append(NOW + timedelta(hours=hours))
        midnight.timeout.emit()
    assert [query.since for query in asked] == [
        period_bounds(Period.TODAY, NOW)[0],
        period_bounds(Period.TODAY, moments[-1])[0],
    ]
    finder.clear()
    assert not midnight.isActive()


def test_typed_text_survives_chips_and_library_changes(finder: SearchBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(finder.field, "ca")
    click(qtbot, chip(finder, "3 stars and up"))
    finder.show_facets(FilterChoices(tags=("new",)))
    assert finder.field.text() == "ca"
    with qtbot.waitSignal(finder.query_changed):
        qtbot.keyClicks(finder.field, "t")
    assert (finder.query.text, finder.query.min_rating) == ("cat", 3)


def test_a_filter_of_the_popup_gets_a_chip_and_can_be_switched_on_again(finder: SearchBar, qtbot: QtBot) -> None:
    click(qtbot, finder.button)
    click(qtbot, chip(finder, "Start + end"))
    assert finder.query.types == {GenerationType.START_AND_END}
    click(qtbot, finder.button)
    assert not finder.sheet.isVisible()
    in_row = chip(finder, "Start + end")
    assert in_row.isChecked()
    click(qtbot, in_row)
    assert finder.query.is_plain
    click(qtbot, chip(finder, "Start + end"))
    assert finder.query.types == {GenerationType.START_AND_END}
    finder.clear()
    assert tuple(finder.row.chips) == QUICK_FILTERS


def test_the_filter_popup_works_with_the_keyboard(finder: SearchBar, qtbot: QtBot) -> None:
    finder.open_filters()
    focused = QApplication.focusWidget()
    assert isinstance(focused, Chip)
    assert focused.text() == "Text"
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert finder.query.types == {GenerationType.TEXT}
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert not finder.sheet.isVisible()
    assert finder.field.hasFocus()


def test_library_changes_leave_the_popup_open_with_its_focus(finder: SearchBar, qtbot: QtBot) -> None:
    finder.open_filters()
    chip(finder, "10 s").setFocus()
    finder.show_facets(FilterChoices(presets={"noir": "Noir"}, profiles=("a", "b"), tags=("client", "new")))
    QApplication.processEvents()
    assert finder.sheet.isVisible()
    focused = QApplication.focusWidget()
    assert isinstance(focused, Chip)
    assert focused.text() == "10 s"
    shown = chip(finder, "new")
    assert shown.isVisible()
    [scroll] = finder.sheet.findChildren(QScrollArea)
    assert scroll.verticalScrollBar().maximum() == 0, "the sheet is as high as what is in it"
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert finder.query.seconds == {10}


def test_a_search_is_saved_repeated_and_deleted(finder: SearchBar, qtbot: QtBot) -> None:
    finder.open_filters()
    keep = next(one for one in finder.sheet.findChildren(Button) if one.text() == "Save")
    assert not keep.isEnabled()  # all clips are no search
    click(qtbot, chip(finder, "client"))
    name = finder.sheet.findChild(QLineEdit)
    assert name is not None
    qtbot.keyClicks(name, " Client work ")
    with qtbot.waitSignal(finder.save_requested) as kept:
        click(qtbot, keep)
    saved = SavedSearch("Client work", ClipQuery(tags=frozenset({"client"})))
    assert kept.args == [saved]
    finder.clear()
    finder.show_saved([saved])
    finder.open_filters()
    QApplication.processEvents()
    with qtbot.waitSignal(finder.query_changed) as asked:
        click(qtbot, chip(finder, "Client work"))
    assert asked.args == [saved.query]
    finder.open_filters()
    shown = chip(finder, "Client work")
    assert isinstance(shown, SavedSearchChip)
    with qtbot.waitSignal(finder.sheet.removal_requested) as removed:
        qtbot.keyClick(shown, Qt.Key.Key_Delete)
    assert removed.args == [saved]


def test_chips_without_room_are_hidden_and_none_is_cut(finder: SearchBar, qtbot: QtBot) -> None:
    for width in (968, 700, 560, 460):
        finder.resize(width, 34)
        QApplication.processEvents()
        shown = [one for one in finder.row.chips.values() if one.isVisible()]
        assert all(one.geometry().right() < finder.row.width() for one in shown)
        assert finder.button.geometry().right() < width
    assert len(shown) < len(QUICK_FILTERS)


@pytest.mark.parametrize("text", ['"', "a" * 10_000, "🦊 OR (", "\x00\x01", "猫 -x:*"])
def test_any_pasted_text_is_searchable(finder: SearchBar, qtbot: QtBot, text: str) -> None:
    QApplication.clipboard().setText(text)
    with qtbot.waitSignal(finder.query_changed):
        finder.field.paste()
    assert finder.query.text
