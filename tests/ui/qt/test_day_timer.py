"""A window that nobody touches notices midnight."""

from array import array
from datetime import datetime, timedelta

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, SearchResult
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.day_timer import DayTimer
from kling_desktop.ui.theme import Theme
from tests.ui.library_panel import PaintWatcher, as_clip, done, open_panel


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, 23, 59, 50).astimezone()

    def __call__(self) -> float:
        return self.now.timestamp()


def test_a_new_day_is_noticed_once(qtbot: QtBot) -> None:
    clock, parent, days = Clock(), QObject(), list[int]()
    timer = DayTimer(clock, parent)
    timer.day_changed.connect(lambda: days.append(1))
    for seconds in (5, 10, 20, 3600, 86_400):
        clock.now += timedelta(seconds=seconds)
        timer.check()
    assert days == [1, 1]


def test_the_headings_are_painted_anew_with_the_new_day(qtbot: QtBot, theme: Theme, posters: PosterCache) -> None:
    clock = Clock()
    model = LibraryModel(posters, clock)
    panel = open_panel(qtbot, theme, model, 900, 600)
    clip = as_clip(done(1))
    groups = ((0, clock.now.date().isoformat()),)
    found = SearchResult(ClipQuery(group=ClipGrouping.DAY), array("q", [clip.number]), array("d", [clock()]), groups)
    model.show(found, [])
    [section] = model.sections
    assert model.heading(section) == "Today"
    timer = DayTimer(clock, panel)
    timer.day_changed.connect(panel.grid.viewport().update)
    watcher = PaintWatcher(panel.grid.viewport())
    while not watcher.is_settled():
        pass
    clock.now += timedelta(seconds=20)
    timer.check()
    assert not watcher.is_settled()
    assert model.heading(section) == "Yesterday"
