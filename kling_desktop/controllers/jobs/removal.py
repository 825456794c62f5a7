"""Removing ended jobs and clips from the list, with some seconds to undo it."""

from collections.abc import Sequence
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.undo_message import UndoMessage
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.text import plural
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.services.library.library import Library
from kling_desktop.ui.theme import Tone


class JobRemoval:
    """Removes at once and says so. What is removed while that is shown comes back with the same Undo."""

    def __init__(self, context: AppContext, queue: JobQueue, library: Library) -> None:
        self._tasks = context.tasks
        self._queue = queue
        self._library = library
        self._undo = UndoMessage[Job | Clip](context.messages, _describe, self._spawn_put_back, tone=Tone.IDLE)

    async def remove(self, job: Job) -> None:
        """Remove an ended job, or take a clip off the list. Its file stays."""
        if not isinstance(job.state, Done):
            await self._queue.remove(job.id)
            self._undo.add(job)
        elif clip := await self._library.get_clip(job.id):
            await self._library.remove(clip)
            self._undo.add(clip)

    def _spawn_put_back(self, gone: tuple[Job | Clip, ...]) -> None:
        self._tasks.spawn(self._put_back(gone), "put back")

    async def _put_back(self, gone: tuple[Job | Clip, ...]) -> None:
        for one in gone:
            if isinstance(one, Clip):
                await self._library.restore(one)
            else:
                await self._queue.restore(one)


def _describe(gone: tuple[Job | Clip, ...]) -> str:
    return removed([one.job if isinstance(one, Clip) else one for one in gone])


def removed(jobs: Sequence[Job]) -> str:
    """Say what was removed, and where the files stay."""
    files = [Path(job.state.file) for job in jobs if isinstance(job.state, Done)]
    folders = {file.parent for file in files}
    gone = plural(len(jobs), one="Removed from the list.", other="{count} removed from the list.")
    if not files:
        return gone
    if len(folders) > 1:
        return f"{gone} The files stay where they are."
    stay = plural(
        len(files), one="The file stays in {folder}.", other="The files stay in {folder}.", folder=folders.pop()
    )
    return f"{gone} {stay}"
