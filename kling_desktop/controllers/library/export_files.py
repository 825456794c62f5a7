"""Which clips are meant when some are to be handed on, and who does it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from kling_desktop.controllers.library.export import ClipExporter
from kling_desktop.domain.jobs.job import Job
from kling_desktop.store.files.partial_files import HalfDone
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from kling_desktop.services.library.library import Library

_AT_ONCE = 200
"""Clips that are asked for in one go."""


class ExportController:
    """Listens to the window. naming and half_done as HandingOn's, find_job as JobsShown's."""

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        tasks: Tasks,
        naming: Callable[[], str],
        find_job: Callable[[str], Awaitable[Job | None]],
        half_done: HalfDone,
    ) -> None:
        self._find_job = find_job
        self.deeds = ClipExporter(theme, window, tasks, naming, half_done)
        self._library: Library | None = None
        self._do_with_one: Callable[[Job, str], None] = lambda _job, _verb: None
        window.middle.frame_copied.connect(
            lambda job_id, number: tasks.spawn(self._copy_frame(job_id, number), f"copy a frame of {job_id}")
        )
        window.library.handed_on.connect(
            lambda numbers, deed: tasks.spawn(self._hand_on(numbers, deed), f"{deed} of clips")
        )

    def follow(self, library: "Library | None", do_with_one: Callable[[Job, str], None]) -> None:
        """The clips are of that library from now on; do_with_one does what a verb says to a single one."""
        self._library, self._do_with_one = library, do_with_one

    async def close(self) -> None:
        await self.deeds.close()

    async def _copy_frame(self, job_id: str, number: int) -> None:
        if job := await self._find_job(job_id):
            await self.deeds.copy_frame(job, number)

    async def _hand_on(self, numbers: Sequence[int], deed: str) -> None:
        """Of those that are chosen some may never have been in sight."""
        if not (library := self._library):
            return
        by_number: dict[int, Job] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            clips = await library.clips(numbers[start : start + _AT_ONCE])
            by_number |= {clip.number: clip.job for clip in clips}
        jobs = [by_number[number] for number in numbers if number in by_number]
        if len(jobs) == 1:
            self._do_with_one(jobs[0], deed)
        elif jobs:
            self.deeds.do(deed, jobs)
