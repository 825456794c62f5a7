"""Taking ended jobs off the list, with some seconds to bring them back."""

from functools import partial
from pathlib import Path

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.widgets import Message, MessageBar
from kling_desktop.work.queue import Queue

UNDO_SECONDS = 10.0


class Removing:
    """Removes at once and says so. What goes while that is still being said comes back with the same Undo."""

    def __init__(self, queue: Queue, messages: MessageBar, tasks: Tasks) -> None:
        self._queue = queue
        self._messages = messages
        self._tasks = tasks
        self._jobs: tuple[Job, ...] = ()
        self._said: Message | None = None

    async def remove(self, job: Job) -> None:
        await self._queue.remove(job.id)
        still_said = self._said is not None and self._messages.message is self._said
        self._jobs = (*self._jobs, job) if still_said else (job,)
        self._said = Message(
            removed(self._jobs), action="Undo", act=partial(self._undo, self._jobs), seconds=UNDO_SECONDS
        )
        self._messages.answer(self._said)

    def _undo(self, jobs: tuple[Job, ...]) -> None:
        self._tasks.spawn(self._put_back(jobs), "put back")

    async def _put_back(self, jobs: tuple[Job, ...]) -> None:
        for job in jobs:
            await self._queue.put_back(job)


def removed(jobs: tuple[Job, ...]) -> str:
    """What has gone and what has not."""
    files = [Path(job.state.file) for job in jobs if isinstance(job.state, Done)]
    folders = {file.parent for file in files}
    gone = "Removed from the list." if len(jobs) == 1 else f"{len(jobs)} removed from the list."
    if not files:
        return gone
    place = f"in {folders.pop()}" if len(folders) == 1 else "where they are"
    return f"{gone} {'The file stays' if len(files) == 1 else 'The files stay'} {place}."
