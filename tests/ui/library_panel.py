"""Jobs and clips for the library on the screen, without one on disk: what is wanted is there at once."""

from array import array
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.clip_query import ClipQuery, SearchResult
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.grid.grid import LibraryGrid
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.theme import Theme

NOW = 10_000.0


def job(number: int, state: job_states.JobState) -> Job:
    """Job "j3" is older than "j2"."""
    return Job(f"j{number}", "s", "p", "window", "/clips", Draft(prompt=f"Fox {number}"), NOW - number, state)


def as_clip(job: Job) -> Clip:
    """The library's number of "j3" is 1003."""
    return Clip(job, 1000 + int(job.id[1:]))


def library_model(posters: PosterCache, now: float = NOW) -> LibraryModel:
    return LibraryModel(posters, lambda: now)


def open_panel(qtbot: QtBot, theme: Theme, model: LibraryModel, width: int, height: int) -> LibraryPanel:
    """The library in an active window of its own, with the keyboard in its grid."""
    panel = LibraryPanel(theme, model)
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    panel.activateWindow()
    qtbot.waitExposed(panel)
    panel.grid.setFocus()
    QApplication.processEvents()
    return panel


def show(model: LibraryModel, jobs: Iterable[Job]) -> None:
    """The jobs, and the clips of those that are done, which are there as soon as they are wanted."""
    every = sorted(jobs, key=lambda job: job.created_at, reverse=True)
    clips = {clip.number: clip for job in every if isinstance(job.state, job_states.Done) and (clip := as_clip(job))}
    model.load_requested.connect(
        lambda numbers: model.add_loaded([clips[number] for number in numbers if number in clips])
    )
    moments = array("d", (clip.created_at for clip in clips.values()))
    model.show(
        SearchResult(ClipQuery(), array("q", clips), moments), [job for job in every if job.state.name != "done"]
    )
    model.add_loaded(list(clips.values())[:64])


def add(model: LibraryModel, job: Job) -> None:
    model.add_clip(as_clip(job))


def shown(model: LibraryModel, row: int) -> Job:
    job = model.job(row)
    assert job is not None
    return job


def done(number: int, poster: str = "") -> Job:
    return job(number, job_states.Done(f"g{number}", f"i{number}", f"/clips/{number}.mp4", poster))


def middle_of(grid: LibraryGrid, row: int) -> QPoint:
    return grid.visualRect(grid.model().index(row, 0)).center()


class PaintWatcher(QObject):
    """What of a widget is painted from now on."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.areas: list[QRect] = []
        widget.installEventFilter(self)

    def is_settled(self) -> bool:
        """Whether there is nothing more to paint: a scroll bar that has come is laid out after the first paint."""
        self.areas.clear()
        QApplication.processEvents()
        return not self.areas

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False
