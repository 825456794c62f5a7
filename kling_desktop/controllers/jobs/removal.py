"""Taking ended jobs and clips off the list, with some seconds to bring them back."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.services.library.library import Library
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.widgets import Message, MessageBar

UNDO_SECONDS = 10.0


class JobRemoval:
    """Removes at once and says so. What goes while that is still being said comes back with the same Undo."""

    def __init__(self, queue: JobQueue, library: Library, messages: MessageBar, tasks: Tasks) -> None:
        self._queue = queue
        self._library = library
        self._messages = messages
        self._tasks = tasks
        self._gone: tuple[Job | Clip, ...] = ()
        self._said: Message | None = None

    async def remove(self, job: Job) -> None:
        gone: Job | Clip = job
        if isinstance(job.state, Done):
            clip = await self._library.get_clip(job.id)
            if clip is None:
                return
            await self._library.remove(clip)
            gone = clip
        else:
            await self._queue.remove(job.id)
        still_said = self._said is not None and self._messages.message is self._said
        self._gone = (*self._gone, gone) if still_said else (gone,)
        self._said = Message(
            removed([one.job if isinstance(one, Clip) else one for one in self._gone]),
            action="Undo",
            act=partial(self._undo, self._gone),
            seconds=UNDO_SECONDS,
        )
        self._messages.show_now(self._said)

    def _undo(self, gone: "tuple[Job | Clip, ...]") -> None:
        self._tasks.spawn(self._put_back(gone), "put back")

    async def _put_back(self, gone: "tuple[Job | Clip, ...]") -> None:
        for one in gone:
            if isinstance(one, Clip):
                await self._library.restore(one)
            else:
                await self._queue.restore(one)


def removed(jobs: Sequence[Job]) -> str:
    """What has gone and what has not."""
    files = [Path(job.state.file) for job in jobs if isinstance(job.state, Done)]
    folders = {file.parent for file in files}
    gone = "Removed from the list." if len(jobs) == 1 else f"{len(jobs)} removed from the list."
    if not files:
        return gone
    place = f"in {folders.pop()}" if len(folders) == 1 else "where they are"
    return f"{gone} {'The file stays' if len(files) == 1 else 'The files stay'} {place}."
