"""The window on a library of any size: `large_library.py HOME COUNT fill`, then `large_library.py HOME COUNT FIGURE…`.

Figures: posters, scroll, rate, search, memory; or `open` alone, to end once it is open. Prints them as JSON, times in
milliseconds.
"""

import asyncio
import gc
import json
import random
import sys
from collections.abc import Collection
from functools import partial
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QInputMethodEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kling_desktop.controllers.application import Application
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.secret import Secret
from kling_desktop.main import run
from kling_desktop.session import Service
from kling_desktop.store.folders import Folders
from kling_desktop.ui.library.grid.grid import LibraryGrid
from kling_desktop.ui.theme import Theme
from tests.benchmarks.thread_time import OwnTime
from tests.journeys.ui_driver import call_in_qt, wait_until
from tests.support.generated_library import fill_library

SILENT = Service("sandbox", "http://127.0.0.1:9/api/rest")
"""Nobody listens there: the jobs are those of the sandbox, and nothing is asked for."""
KEY = Secret("6f1c2d3e-0a1b-1c2d-8e3f-4a5b6c7d8e9f")
FRAMES, STEP = 400, 90
WORDS = ("fox", "fox snow", "harbour dawn tr", "take 77", "雨の夜", "li", "zebra", "kite orbit", "soft light")
LETTER = 0.1
"""Seconds from one letter to the next: quick hands."""
JUMPS = 20


class Visit:
    """One look at the library, from the first paint on."""

    def __init__(self, theme: Theme, home: Path, count: int, names: Collection[str]) -> None:
        self._names = names
        self.desktop = Application(theme, Folders.under(home), key=KEY, leonardo=SILENT)
        self.desktop.window.resize(1440, 900)
        self._eye = _Eye(self.desktop.window)
        self._painted = _Painted(self.desktop, has_clips=bool(count))
        self.figures: dict[str, object] = {}
        self.round = asyncio.get_event_loop().create_task(self._go(), name="the visit")

    async def _go(self) -> None:
        try:
            await wait_until(lambda: self._painted.pictured, "the clips")
            for name, at in (("open", self._painted.usable), ("pictured", self._painted.pictured)):
                self.figures[name] = 1000 * (at - self._eye.began)
            if "open" in self._names:
                return
            await wait_until(lambda: self.desktop.shell.library_model.is_whole, "all clips")
            await asyncio.sleep(2)
            grid = self.desktop.window.library.grid
            if grid.model().rowCount():
                await self._use(grid)
            if "memory" in self._names:
                await asyncio.sleep(1)
                gc.collect()
                self.figures["memory"] = _resident()
            if grid.model().rowCount() and "scroll" in self._names:
                self.figures["floor"] = await self._floor(grid)
        finally:
            self.desktop.window.close()

    async def _use(self, grid: LibraryGrid) -> None:
        if "posters" in self._names:
            self.figures["posters"] = [await self._posters(nth) for nth in range(JUMPS)]
        if "scroll" in self._names:
            grid.verticalScrollBar().setValue(0)
            await asyncio.sleep(1)
            self.figures["scroll"] = await call_in_qt(lambda: scrolled(grid))
        if "rate" in self._names:
            self.figures["rate"] = [await self._rate(nth) for nth in range(20)]
        if "search" in self._names:
            self.figures["search"], self.figures["count"] = await self._search()

    async def _floor(self, grid: LibraryGrid) -> list[float]:
        bare = Bare(grid.model().rowCount(), QSize(grid.cells.width, grid.cells.height))
        bare.resize(grid.size())
        bare.show()
        await asyncio.sleep(0.5)
        frames = await call_in_qt(lambda: scrolled(bare))
        bare.close()
        return frames

    async def _search(self) -> tuple[list[float], list[float]]:
        """From each letter until the first clips that answer are painted, and until all of them are counted."""
        field, model = self.desktop.window.library.search.field, self.desktop.shell.library_model
        painted, counted = [], []
        for words in (*WORDS, ""):
            field.setFocus()
            field.selectAll()
            for nth in range(max(1, len(words))):
                typed, began = words[: nth + 1], perf_counter()
                QTimer.singleShot(0, partial(_press, field, words[nth : nth + 1]))
                while self._painted.answered.text != typed:
                    await asyncio.sleep(0.001)
                painted.append(1000 * (self._painted.answered_at - began))
                while not model.is_whole:
                    await asyncio.sleep(0.001)
                counted.append(1000 * (perf_counter() - began))
                await asyncio.sleep(max(0.0, LETTER - (perf_counter() - began)))
        return painted, counted

    async def _posters(self, nth: int) -> float:
        """From coming to rest at a place nobody has been at until every picture in sight is painted: after one leap, or
        after some in a row."""
        grid, model = self.desktop.window.library.grid, self.desktop.shell.library_model
        bar, chance = grid.verticalScrollBar(), random.Random(nth)
        for _ in range(5 * (nth % 2)):
            bar.setValue(chance.randrange(bar.maximum()))
            await asyncio.sleep(0.008)
        began = perf_counter()
        bar.setValue(chance.randrange(bar.maximum()))

        def all_there() -> bool:
            paths = map(model.poster_path, grid.rows_in(grid.viewport().rect()))
            # To look for them asks for none: that is the window's matter.
            return all(path and self.desktop.shell.posters.image(path, ask=False) is not None for path in paths)

        while not all_there():
            await asyncio.sleep(0.002)
        grid.viewport().repaint()
        return 1000 * (perf_counter() - began)

    async def _rate(self, nth: int) -> float:
        """From the key until the stars are on the card."""
        grid, model = self.desktop.window.library.grid, self.desktop.shell.library_model
        row = grid.rows_in(grid.viewport().rect())[nth % 8]
        grid.setCurrentIndex(model.index(row))
        await asyncio.sleep(0.05)
        before = model.card(row).rating
        key = Qt.Key.Key_5 if before != 5 else Qt.Key.Key_1
        began = perf_counter()
        QTimer.singleShot(0, lambda: QTest.keyClick(grid, key))
        while model.card(row).rating == before:
            await asyncio.sleep(0)
        grid.viewport().repaint()
        return 1000 * (perf_counter() - began)


class Bare(QListView):
    """The floor: coloured rectangles of the same size, as Qt lays them out itself."""

    def __init__(self, count: int, cell: QSize) -> None:
        super().__init__()
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSpacing(6)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Rectangles(cell, self))
        self.setModel(_Colours(count, self))


class _Colours(QAbstractListModel):
    def __init__(self, count: int, parent: QObject) -> None:
        super().__init__(parent)
        self._count = count

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def data(self, _index: QModelIndex | QPersistentModelIndex, _role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return None


class _Rectangles(QStyledItemDelegate):
    def __init__(self, cell: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self._cell = cell
        self._colours = [QColor.fromHsv(hue, 120, 160) for hue in range(0, 360, 10)]

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.fillRect(option.rect, self._colours[index.row() % len(self._colours)])

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._cell


class _Eye(QObject):
    """Notes when the window paints for the first time."""

    def __init__(self, window: QObject) -> None:
        super().__init__()
        self.began = 0.0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self.began = perf_counter()
        return False


class _Painted(QObject):
    """When the clips in sight were first painted, and when with their pictures; when the form first let the user
    generate; and the latest search whose answer was painted, and when it first was. All 0 until then.

    has_clips: whether the library has any, so that an empty grid isn't taken for a painted one.
    """

    def __init__(self, desktop: Application, *, has_clips: bool) -> None:
        super().__init__()
        self._composer, self._model = desktop.composer, desktop.shell.library_model
        self._grid, self._has_clips = desktop.window.library.grid, has_clips
        self._clips_at = self._pictures_at = self._ready_at = self.answered_at = 0.0
        self.answered = ClipQuery()
        self._grid.viewport().installEventFilter(self)
        desktop.composer.changed.connect(self._check_form)
        self._check_form()

    @property
    def usable(self) -> float:
        """When the clips were painted and nothing kept the user from using them."""
        return max(self._clips_at, self._ready_at) if self._clips_at and self._ready_at else 0.0

    @property
    def pictured(self) -> float:
        """When their pictures were painted as well."""
        return max(self._pictures_at, self.usable) if self._pictures_at and self.usable else 0.0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, partial(self._check_grid, self._model.query))
        return False

    def _check_form(self, _form: object = None) -> None:
        if not self._ready_at and not self._composer.send_blocker:
            self._ready_at = perf_counter()

    def _check_grid(self, query: ClipQuery) -> None:
        """query: the one whose clips have just been painted."""
        now, model = perf_counter(), self._model
        rows = [row for row in self._grid.rows_in(self._grid.viewport().rect()) if model.is_clip(row)]
        if not all(model.loaded_clip(model.number(row) or 0) for row in rows):
            return
        if query is not self.answered:
            self.answered, self.answered_at = query, now
        if self._has_clips and not rows:
            return
        self._clips_at = self._clips_at or now
        if all(model.poster(row) is not None for row in rows):
            self._pictures_at = self._pictures_at or now


def _press(field: QLineEdit, letter: str) -> None:
    """As hands do it: what no key is for comes from an input method. No letter at all: what is marked goes."""
    if letter.isascii():
        QTest.keyClicks(field, letter) if letter else QTest.keyClick(field, Qt.Key.Key_Delete)
        return
    written = QInputMethodEvent()
    written.setCommitString(letter)
    QApplication.sendEvent(field, written)


def scrolled(view: QAbstractItemView) -> list[float]:
    """Milliseconds of the UI thread's own for each frame of a long scroll, as fast as it goes."""
    app, bar, time = QApplication.instance(), view.verticalScrollBar(), OwnTime()
    assert app is not None
    frames = []
    time.lap()
    for _ in range(FRAMES):
        bar.setValue(bar.value() + STEP)
        app.processEvents()
        frames.append(time.lap()[1])
    time.close()
    return frames


def _resident() -> float:
    """MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def main() -> None:
    home, count, names = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if names == ["fill"]:
        fill_library(Folders.under(home), count)
        sys.exit()
    visits: list[Visit] = []

    def compose(theme: Theme, _folders: Folders) -> Application:
        visits.append(Visit(theme, home, count, names))
        gc.freeze()  # as open_window does
        return visits[0].desktop

    run(compose)
    visits[0].round.result()
    json.dump(visits[0].figures, sys.stdout)


if __name__ == "__main__":
    main()
