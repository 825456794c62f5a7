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
from kling_desktop.domain.text import plural
from kling_desktop.session import Session
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

log = logging.getLogger(__name__)

_IN_A_ROW = 3
"""Failures in a row after which the rest isn't tried: most likely the connection is gone."""
_NAMED = 3
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
            raise UserError(
                plural(len(jobs), one="Leonardo no longer has this clip.", other="Leonardo no longer has these clips.")
            )
        here = await asyncio.to_thread(lambda: [job for job in there if _file(job).is_file()])
        if not here:
            raise _not_here(there)
        sentences = [
            plural(
                len(here),
                one="This permanently deletes the clip at Leonardo. It can't be edited or downloaded again."
                " The file here stays.",
                other="This permanently deletes {count} clips at Leonardo. They can't be edited or downloaded again."
                " The files here stay.",
            )
        ]
        if left := len(there) - len(here):
            sentences.append(
                plural(
                    left,
                    one="1 clip isn't deleted because its file is missing here.",
                    other="{count} clips aren't deleted because their files are missing here.",
                )
            )
        if gone := len(jobs) - len(there):
            sentences.append(
                plural(gone, one="1 clip is no longer at Leonardo.", other="{count} clips are no longer at Leonardo.")
            )
        action = plural(len(here), one="Delete at Leonardo", other="Delete {count} at Leonardo")
        message = Message(" ".join(sentences), Tone.ODD, action, partial(self._delete, here), seconds=0)
        self._context.messages.show_now(message)

    def _delete(self, jobs: Sequence[Job]) -> None:
        self._context.tasks.spawn(self._delete_all(jobs), f"delete {len(jobs)} at Leonardo", to_the_end=len(jobs) == 1)

    async def _delete_all(self, jobs: Sequence[Job]) -> None:
        if len(jobs) == 1:
            await self._delete_one(jobs[0])
            self._context.messages.show_now(Message("The clip was deleted at Leonardo. The file here stays.", Tone.OK))
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
        sentences = []
        if done:
            sentences.append(
                plural(
                    done,
                    one="1 clip was deleted at Leonardo. The file here stays.",
                    other="{count} clips were deleted at Leonardo. The files here stay.",
                )
            )
        if failed:
            sentences.append(
                plural(len(failed), one="1 clip couldn't be deleted.", other="{count} clips couldn't be deleted.")
            )
            sentences += [f"“{_file(job).name}”: {why}" for job, why in failed[:_NAMED]]
        if untried := len(jobs) - done - len(failed):
            sentences.append(plural(untried, one="1 clip wasn't tried.", other="{count} clips weren't tried."))
        rest = jobs[done + len(failed) :]
        again = [*(job for job, _ in failed), *rest]
        if not again:
            self._context.messages.show_now(Message(" ".join(sentences), Tone.OK))
            return
        act = partial(self._delete, again)
        self._context.messages.show_now(Message(" ".join(sentences), Tone.ODD, "Try again", act, seconds=0))


def _not_here(jobs: Sequence[Job]) -> UserError:
    if len(jobs) == 1:
        sentence = f"The file of “{_file(jobs[0]).name}” is missing here, so Leonardo may have the only copy."
        return UserError(sentence, "Download it again first. Nothing was deleted.")
    sentence = "The files of these clips are missing here, so Leonardo may have the only copies."
    return UserError(sentence, "Download them again first. Nothing was deleted.")


def _file(job: Job) -> Path:
    return Path(job.state.file if isinstance(job.state, Done) else "")
