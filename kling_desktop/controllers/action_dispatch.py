"""What a button, a key or a menu does to a job, wherever it is shown."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kling_desktop.controllers.job_actions import Verbs
from kling_desktop.controllers.library.library_view import LibraryController
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.qt.tasks import Tasks

if TYPE_CHECKING:
    from kling_desktop.session import Session


class Doing:
    """Follows one session at a time; without one, nothing is done. verbs_of makes the verbs of a session's jobs."""

    def __init__(self, verbs_of: "Callable[[Session], Verbs]", shown: LibraryController, tasks: Tasks) -> None:
        self._verbs_of = verbs_of
        self._shown = shown
        self._tasks = tasks
        self.verbs: Verbs | None = None

    async def follow(self, session: "Session") -> None:
        self.verbs = self._verbs_of(session)

    async def leave(self) -> None:
        verbs, self.verbs = self.verbs, None
        if verbs:
            verbs.close()

    def do(self, job_id: str, verb: str) -> None:
        """To the job or clip of that ID."""
        if not self.verbs:
            return
        if job := self._shown.job(job_id):
            self.verbs.do(job, verb)
        else:
            self._tasks.spawn(self._find_and_do(self.verbs, job_id, verb), f"{verb} {job_id}")

    def do_to(self, job: Job, verb: str) -> None:
        """To a job that is at hand."""
        if self.verbs:
            self.verbs.do(job, verb)

    def open(self, job_id: str) -> None:
        """Show its clip large."""
        self.do(job_id, "open")

    def retry(self, jobs: Sequence[Job]) -> None:
        """Order ended jobs anew."""
        if self.verbs:
            self.verbs.retry(jobs)

    async def _find_and_do(self, verbs: Verbs, job_id: str, verb: str) -> None:
        """What a viewer shows need not be among the clips that are listed."""
        if (job := await self._shown.find_job(job_id)) and verbs is self.verbs:
            verbs.do(job, verb)
