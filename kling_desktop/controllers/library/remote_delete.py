"""Deletes clips at Leonardo, one or many: asks once, shows the progress, and says what couldn't be deleted."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import KlingError, UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.session import Session
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

log = logging.getLogger(__name__)

_IN_A_ROW = 3
"""Failures in a row after which the rest isn't tried: most likely the connection is gone."""
_NAMED = 3
_GONE = "Leonardo doesn't have {} any more."
Failures = list[tuple[Job, str]]


class RemoteDelete:
    """A clip that has no file here is never deleted there: it may be all that is left of it."""

    def __init__(self, context: AppContext, session: Session) -> None:
        self._context = context
        self._session = session

    async def ask(self, jobs: Sequence[Job]) -> None:
        """Ask whether to delete these there, and say which can't be."""
        there = [job for job in jobs if job.generation]
        if not there:
            raise UserError(_GONE.format("this clip" if len(jobs) == 1 else "these clips"))
        here = await asyncio.to_thread(lambda: [job for job in there if _file(job).is_file()])
        if not here:
            raise _not_here(there)
        one = len(here) == 1
        parts = [
            "At Leonardo the clip is deleted for good: it can't be edited or fetched again. The file here stays."
            if one
            else f"At Leonardo {len(here):,} clips are deleted for good: they can't be edited or fetched again."
            " The files here stay."
        ]
        if left := len(there) - len(here):
            parts.append(f"{_counted(left)} without a file here {'stays' if left == 1 else 'stay'} there too.")
        if gone := len(jobs) - len(there):
            parts.append(f"{_counted(gone)} {'is' if gone == 1 else 'are'} not there any more.")
        action = "Delete at Leonardo" if one else f"Delete {len(here):,} at Leonardo"
        message = Message(" ".join(parts), Tone.ODD, action, partial(self._delete, here), seconds=0)
        self._context.messages.show_now(message)

    def _delete(self, jobs: Sequence[Job]) -> None:
        self._context.tasks.spawn(self._delete_all(jobs), f"delete {len(jobs)} at Leonardo", to_the_end=len(jobs) == 1)

    async def _delete_all(self, jobs: Sequence[Job]) -> None:
        if len(jobs) == 1:
            await self._delete_one(jobs[0])
            self._context.messages.show_now(Message("The clip is deleted at Leonardo. The file here stays.", Tone.OK))
            return
        works = self._context.window.status.tasks
        shown = works.start(f"Deleting {len(jobs):,} clips at Leonardo")
        failed: Failures = []
        done = in_a_row = 0
        try:
            for number, job in enumerate(jobs):
                shown.set_progress(number / len(jobs))
                if shown.is_cancelled() or in_a_row == _IN_A_ROW:
                    break
                try:
                    await self._delete_whole(job)
                except KlingError as error:
                    failed.append((job, str(error)))
                    in_a_row += 1
                else:
                    done, in_a_row = done + 1, 0
        finally:
            works.finish(shown)
        self._say(jobs, done, failed)

    async def _delete_whole(self, job: Job) -> None:
        """Once begun, a deletion is written down too, even while the window closes."""
        deleting = asyncio.ensure_future(self._delete_one(job))
        try:
            await asyncio.shield(deleting)
        except asyncio.CancelledError:
            await asyncio.wait({deleting})
            if not deleting.cancelled() and (error := deleting.exception()):
                log.info("%s is not deleted at Leonardo: %s", job.id, error)
            raise

    async def _delete_one(self, job: Job) -> None:
        clip = await self._session.library.get_clip(job.id)
        if clip is None or not clip.done.generation:
            return
        if not await asyncio.to_thread(clip.file.is_file):  # it may have gone since the question
            raise _not_here([clip.job])
        await self._session.remote_clips.delete(clip)

    def _say(self, jobs: Sequence[Job], done: int, failed: Failures) -> None:
        parts = []
        if done:
            one = done == 1
            parts.append(f"{_counted(done)} {'is' if one else 'are'} deleted at Leonardo. The files here stay.")
        if failed:
            named = " ".join(f"“{_file(job).name}”: {why}" for job, why in failed[:_NAMED])
            more = f" And {len(failed) - _NAMED} more." if len(failed) > _NAMED else ""
            parts.append(f"{_counted(len(failed))} could not be: {named}{more}")
        if untried := len(jobs) - done - len(failed):
            parts.append(f"{_counted(untried)} {'was' if untried == 1 else 'were'} not tried.")
        rest = jobs[done + len(failed) :]
        again = [*(job for job, _ in failed), *rest]
        if not again:
            self._context.messages.show_now(Message(" ".join(parts), Tone.OK))
            return
        act = partial(self._delete, again)
        self._context.messages.show_now(Message(" ".join(parts), Tone.ODD, "Try the rest again", act, seconds=0))


def _not_here(jobs: Sequence[Job]) -> UserError:
    if len(jobs) == 1:
        what = f"{_file(jobs[0]).name} isn't here, so what Leonardo has may be all that is left of it."
        return UserError(what, "Fetch it again first. Nothing was deleted.")
    what = "None of these clips has its file here, so what Leonardo has may be all that is left of them."
    return UserError(what, "Fetch them again first. Nothing was deleted.")


def _counted(count: int) -> str:
    return "One" if count == 1 else f"{count:,}"


def _file(job: Job) -> Path:
    return Path(job.state.file if isinstance(job.state, Done) else "")
