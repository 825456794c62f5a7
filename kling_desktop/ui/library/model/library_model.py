"""The rows of the library as a Qt model."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip_query import ClipGrouping
from kling_desktop.ui.library.cards.card import LOADING, Card, card
from kling_desktop.ui.library.cards.job_status import NO_STATUS
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.model.clip_list import ClipList, Index
from kling_desktop.ui.library.model.clip_mime import CLIP_MIME, clip_mime
from kling_desktop.ui.library.model.row_index import UNFINISHED, Section
from kling_desktop.ui.widgets.label import plain_tip


def day_words(iso: str, today: date) -> str:
    """ "Today", "Yesterday", "Monday, 2 March", with the year if it isn't this one."""
    day = date.fromisoformat(iso)
    ago = (today - day).days
    year = "" if day.year == today.year else f" {day.year}"
    return {0: "Today", 1: "Yesterday"}.get(ago, f"{day:%A}, {day.day} {day:%B}{year}")


def short_day(day: date, today: date) -> str:
    """ "Today", "Yesterday", "2 Mar", with the year if it isn't this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return {0: "Today", 1: "Yesterday"}.get((today - day).days, f"{day.day} {day:%b}{year}")


class LibraryRole(IntEnum):
    JOB = Qt.ItemDataRole.UserRole + 1
    CARD = Qt.ItemDataRole.UserRole + 2
    POSTER = Qt.ItemDataRole.UserRole + 3


class RowView(NamedTuple):
    """What is painted in a row. number: the clip's, 0 for a job, finished or not. poster: as `poster`. is_coming:
    whether more is still loading.
    """

    card: Card
    is_clip: bool
    number: int
    poster: QImage | None
    is_coming: bool = False


class LibraryModel(ClipList):
    """Cards are made when they are asked for, so that they follow the clock.

    Args:
        posters: The pictures of clips.
        clock: Seconds since the epoch.
    """

    posters_loaded = Signal(object)
    """The paths of posters that can be painted now."""

    def __init__(
        self,
        posters: PosterCache,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._posters = posters
        self._clock = clock
        self.job_status = NO_STATUS
        self.preset_name: Callable[[str], str] = lambda preset: "From a preset" if preset else "Without a preset"
        posters.loaded.connect(self.posters_loaded)

    def look_at(self, rows: range) -> None:
        super().look_at(rows)
        if not self.is_scrolling_fast:
            for row in reversed(rows):  # the poster requested last is read first
                self.poster(row)

    def row_view(self, row: int) -> RowView:
        """What to paint in that row now. It doesn't request a clip that isn't loaded: see `look_at`."""
        if job := self._places.job_at(row):
            return RowView(self._card_of(job), isinstance(job.state, Done), 0, self._poster_of(job))
        number = self._places.number_at(row)
        clip = self._pages.clip(number)
        if clip is None:
            return RowView(LOADING, True, number, None, is_coming=True)
        poster = self._poster_of(clip.job)
        return RowView(self._pages.card(clip), True, number, poster, is_coming=poster is None and bool(clip.poster))

    def card(self, row: int) -> Card:
        """The card of that row."""
        job = self._places.job_at(row)
        return self._pages.card(self.clip(row)) if job is None else self._card_of(job)

    def file(self, row: int) -> str:
        """The clip's file; "" for a job, or until the clip is loaded."""
        job = self._job_at_hand(row)
        return job.state.file if job and isinstance(job.state, Done) else ""

    def poster_path(self, row: int) -> str:
        """The clip's poster file; "" without one, or until the clip is loaded."""
        return _poster_path(self._job_at_hand(row))

    def poster(self, row: int) -> QImage | None:
        """The poster of a finished clip, null if unreadable; None while it loads and for jobs without one."""
        return self._poster_of(self._job_at_hand(row))

    def has_poster(self, row: int) -> bool:
        """Whether the poster is loaded. Unlike `poster`, it doesn't load it."""
        path = self.poster_path(row)
        return bool(path) and self._posters.image(path, ask=False) is not None

    def fit_posters(self, size: QSize, ratio: float, *, in_sight: int = 1, captioned: bool = True) -> None:
        """Set the size of posters in px, the device pixel ratio, how many are in sight, whether they have captions."""
        self._posters.fit(size, ratio, in_sight=in_sight, captioned=captioned)

    def heading(self, section: Section) -> str:
        """The heading of a section."""
        if section.name == UNFINISHED:
            return "Not finished"
        if self.query.group is ClipGrouping.PRESET:
            return self.preset_name(section.name)
        return day_words(section.name, datetime.fromtimestamp(self._clock()).astimezone().date())

    def created_text(self, row: int) -> str:
        """When that row was created, in words; "" until it is loaded."""
        if (job := self._job_at_hand(row)) is None:
            return ""
        then, now = (datetime.fromtimestamp(at).astimezone() for at in (job.created_at, self._clock()))
        return f"{short_day(then.date(), now.date())}, {then:%H:%M}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = index.row()
        match role:
            case LibraryRole.JOB:
                return self.job(row)
            case LibraryRole.CARD:
                return self.card(row)
            case LibraryRole.POSTER:
                return self.poster(row)
            case Qt.ItemDataRole.DisplayRole:
                return self.card(row).text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self.card(row).full)
            case Qt.ItemDataRole.AccessibleTextRole:
                shown = self.card(row)
                return ". ".join(
                    part
                    for part in (shown.word, shown.review, shown.text, shown.reason, shown.left, shown.right)
                    if part
                )
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() and self.is_clip(index.row()) else known

    def mimeTypes(self) -> list[str]:
        return [CLIP_MIME, "text/uri-list", "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        jobs = (job for index in indexes if (job := self.job(index.row())))
        return next((mime for job in jobs if (mime := clip_mime(job))), QMimeData())

    def _card_of(self, job: Job) -> Card:
        return card(
            job,
            now=self._clock(),
            paused=self.job_status.is_paused(job.id),
            progress=self._progress.get(job.id),
            estimate=self.job_status.estimate_duration(job),
        )

    def _job_at_hand(self, row: int) -> Job | None:
        if job := self._places.job_at(row):
            return job
        clip = self._pages.clip(self._places.number_at(row))
        return clip.job if clip else None

    def _poster_of(self, job: Job | None) -> QImage | None:
        path = _poster_path(job)
        return self._posters.image(path, ask=not self.is_scrolling_fast) if path else None


def _poster_path(job: Job | None) -> str:
    return job.state.poster_file if job and isinstance(job.state, Done) else ""
