"""The grid paints what is there, as it now is, though most of it is copied; and asks first for what is looked at."""

from array import array
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.library.clip import Flag
from kling_desktop.domain.library.clip_query import ClipQuery, SearchResult
from kling_desktop.ui.library.cards.card import LOADING
from kling_desktop.ui.library.cards.card_painter import CardPainter
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.grid.grid import LibraryGrid
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Theme
from tests.ui.library_panel import NOW, PaintWatcher, as_clip, done, library_model, middle_of, open_panel, show

COLOURS = ("red", "teal", "white", "navy", "olive", "plum")
BESIDE = QPoint(3, 3)
MANY = 100_000


@pytest.fixture
def model(posters: PosterCache) -> LibraryModel:
    return library_model(posters)


@pytest.fixture
def grid(theme: Theme, model: LibraryModel, qtbot: QtBot) -> LibraryGrid:
    grid = open_panel(qtbot, theme, model, 1031, 640).grid
    grid.clearFocus()
    QApplication.processEvents()
    return grid


@pytest.fixture
def pictured(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot, tmp_path: Path) -> list[str]:
    """Six clips, each with a poster of its own, painted."""
    paths = []
    for nth, colour in enumerate(COLOURS):
        Image.new("RGB", (640, 360), colour).save(tmp_path / f"{nth}.jpg")
        paths.append(str(tmp_path / f"{nth}.jpg"))
    show(model, [done(nth, path) for nth, path in enumerate(paths)])
    qtbot.waitUntil(lambda: bool(grid.grab()) and all(model.poster(row) is not None for row in range(len(paths))))
    return paths


def looks(grid: LibraryGrid, row: int) -> QImage:
    """A card and what is around it."""
    return grid.grab(grid.visualRect(grid.model().index(row, 0)).adjusted(-5, -5, 5, 5)).toImage()


def anew(grid: LibraryGrid, row: int) -> QImage:
    """The same with nothing to copy it from."""
    grid.repaint_all()
    return looks(grid, row)


def hide_pointer(grid: LibraryGrid) -> None:
    QTest.mouseMove(grid.viewport(), BESIDE)


@pytest.mark.usefixtures("pictured")
def test_a_review_is_painted_at_once_on_its_card_only(grid: LibraryGrid, model: LibraryModel) -> None:
    before, beside = looks(grid, 0), looks(grid, 1)
    seen = [before]
    clip = model.clip(0)
    assert clip
    for change in ({"rating": 3}, {"rating": 5}, {"flag": Flag.PICK}, {"flag": Flag.REJECT}, {"notes": "dark"}):
        model.change_clip(replace(clip, **change))
        seen.append(looks(grid, 0))
        assert seen[-1] == anew(grid, 0)
        assert seen.count(seen[-1]) == 1
    model.change_clip(replace(clip, is_missing=True))
    assert looks(grid, 0) not in seen
    model.change_clip(clip)
    assert looks(grid, 0) == before
    assert looks(grid, 1) == beside


@pytest.mark.usefixtures("pictured")
def test_a_theme_change_repaints_every_card(grid: LibraryGrid, model: LibraryModel, theme: Theme) -> None:
    model.change_clip(replace(as_clip(done(0, model.poster_path(0))), flag=Flag.REJECT))
    dark = looks(grid, 0)
    theme.force("light")
    light = looks(grid, 0)
    assert light != dark
    assert light == anew(grid, 0)
    theme.force("dark")
    assert looks(grid, 0) == dark


@pytest.mark.usefixtures("pictured")
def test_a_card_is_highlighted_only_under_the_pointer(grid: LibraryGrid) -> None:
    hide_pointer(grid)
    before = looks(grid, 2)
    QTest.mouseMove(grid.viewport(), middle_of(grid, 2))
    assert looks(grid, 2) != before
    hide_pointer(grid)
    assert looks(grid, 2) == before


@pytest.mark.usefixtures("pictured")
def test_a_card_shows_selection_and_focus(grid: LibraryGrid, qtbot: QtBot) -> None:
    plain = looks(grid, 1)
    grid.setCurrentIndex(grid.model().index(1, 0))
    chosen = looks(grid, 1)
    grid.setFocus()
    with_keys = looks(grid, 1)
    qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    among_others = looks(grid, 1)
    several = [plain, chosen, with_keys, among_others]
    assert all(several.count(one) == 1 for one in several)
    grid.clearFocus()
    grid.selectionModel().clear()
    assert looks(grid, 1) == plain


@pytest.mark.usefixtures("pictured")
def test_cards_are_repainted_in_a_new_size(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    before = looks(grid, 0)
    grid.show_size(4, as_list=False)

    def is_sharp() -> bool:
        poster = bool(grid.grab()) and model.poster(0)
        return isinstance(poster, QImage) and poster.size() == QSize(grid.cells.width, grid.cells.height)

    qtbot.waitUntil(is_sharp)
    assert looks(grid, 0) == anew(grid, 0)
    grid.show_size(2, as_list=False)
    qtbot.waitUntil(is_sharp)
    assert looks(grid, 0) == before


@pytest.mark.parametrize(("shrunk_to", "is_grey"), [(1.0, False), (2 / 3, True)])
def test_a_poster_is_scaled_smoothly_until_its_own_size_is_loaded(
    theme: Theme, shrunk_to: float, is_grey: bool
) -> None:
    stripes = bytes(255 * (x // 2 % 2) for _ in range(330) for x in range(480))
    poster = QImage(stripes, 480, 330, 480, QImage.Format.Format_Grayscale8)
    shown = QImage(poster.size() * shrunk_to, QImage.Format.Format_RGB32)
    with QPainter(shown) as painter:
        CardPainter(theme).paint_clip(painter, shown.rect(), LOADING, poster)
    inside = [shown.pixelColor(x, shown.height() // 2).red() for x in range(20, shown.width() - 20)]
    assert any(20 < red < 235 for red in inside) is is_grey


def test_a_replaced_poster_is_painted(
    grid: LibraryGrid, model: LibraryModel, pictured: list[str], qtbot: QtBot
) -> None:
    before = looks(grid, 0)
    clip = model.clip(0)
    assert clip
    model.change_clip(replace(clip, job=replace(clip.job, state=replace(clip.done, poster_file=pictured[3]))))
    qtbot.waitUntil(lambda: looks(grid, 0) != before)
    assert looks(grid, 0).pixelColor(40, 40) == looks(grid, 3).pixelColor(40, 40)


def test_text_stands_in_only_where_no_poster_will_come(
    grid: LibraryGrid, model: LibraryModel, pictured: list[str]
) -> None:
    show(model, [done(10), done(11)])
    assert looks(grid, 0) != looks(grid, 1)  # each says what was asked for
    shows_none = grid.visualRect(model.index(0)).center()
    model.is_scrolling_fast = True
    show(model, [done(12, f"{pictured[0]} not read yet"), done(13, f"{pictured[1]} not read yet")])
    assert looks(grid, 0) == looks(grid, 1)
    assert grid.indexAt(shows_none).row() == 0


def test_posters_loaded_together_are_reported_together(theme: Theme, pictured: list[str], qtbot: QtBot) -> None:
    fresh = PosterCache(theme.tokens)
    told: list[frozenset[str]] = []
    fresh.loaded.connect(told.append)
    for path in pictured:
        assert fresh.image(path) is None
    qtbot.waitUntil(lambda: sum(map(len, told)) == len(pictured))
    assert len(told) < len(pictured)
    fresh.close()


def test_a_poster_is_read_once_at_a_scale_of_150_percent(theme: Theme, pictured: list[str], qtbot: QtBot) -> None:
    fresh = PosterCache(theme.tokens)
    fresh.fit(QSize(363, 249), 1.5)
    with qtbot.waitSignal(fresh.loaded):
        assert fresh.image(pictured[0]) is None
    image = fresh.image(pictured[0])
    assert image is not None
    assert image.deviceIndependentSize().toSize() == QSize(363, 249)
    assert not fresh.is_loading
    fresh.close()


@pytest.fixture
def asked(grid: LibraryGrid, model: LibraryModel) -> list[list[int]]:
    """What is asked for in a library where nothing has come yet, in order. Number n is in row n."""
    asked: list[list[int]] = []
    model.load_requested.connect(lambda numbers: asked.append(list(numbers)))
    ages = array("d", (NOW - number * 60 for number in range(MANY)))
    model.show(SearchResult(ClipQuery(), array("q", range(MANY)), ages), ())
    grid.grab()
    return asked


def asks_for(grid: LibraryGrid, asked: list[list[int]], rows: range) -> bool:
    return bool(grid.grab()) and asked[-1] == list(rows)


def come(model: LibraryModel, numbers: list[int]) -> None:
    state = job_states.Done("g", "i", "/clips/1.mp4")
    model.add_loaded([replace(as_clip(replace(done(nth), state=state)), number=nth) for nth in numbers])


def test_visible_posters_are_loaded_first(
    grid: LibraryGrid, model: LibraryModel, asked: list[list[int]], qtbot: QtBot
) -> None:
    in_sight = grid.rows_in(grid.viewport().rect())
    assert asked == [list(in_sight)]
    come(model, asked[0])
    grid.grab()
    assert len(asked) == 2
    assert asked[1][0] == in_sight.stop
    come(model, asked[1])
    grid.grab()
    assert len(asked) == 2
    for part, further in ((2, 1), (4, -1)):
        grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() // part)
        in_sight = grid.rows_in(grid.viewport().rect())
        qtbot.waitUntil(partial(asks_for, grid, asked, in_sight))
        come(model, asked[-1])
        grid.grab()
        assert (min(asked[-1]) - in_sight.start) * further > 0  # the way it went


def test_fast_scrolling_loads_only_posters_where_it_stops(
    grid: LibraryGrid, model: LibraryModel, asked: list[list[int]], qtbot: QtBot
) -> None:
    asked.clear()
    bar = grid.verticalScrollBar()
    for part in range(1, 9):
        bar.setValue(bar.maximum() * part // 10)
        grid.viewport().repaint()
    assert len(asked) <= 1  # as if the first leap were the last
    qtbot.waitUntil(lambda: not model.is_scrolling_fast)
    assert asked[-1] == list(grid.rows_in(grid.viewport().rect()))


def test_scrolling_paints_only_newly_visible_cards(grid: LibraryGrid, model: LibraryModel, qtbot: QtBot) -> None:
    painted = PaintWatcher(grid.viewport())
    show(model, [done(nth) for nth in range(100)])
    qtbot.waitUntil(painted.is_settled)
    grid.verticalScrollBar().setValue(30)
    QApplication.processEvents()
    [area] = painted.areas
    assert area.height() == 30
    assert area.bottom() == grid.viewport().rect().bottom()
