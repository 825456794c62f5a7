"""Does what buttons, keys and menus ask for."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, assert_never

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.controllers.connection.billing import open_billing
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.jobs.outcome_resolution import OutcomeResolution
from kling_desktop.controllers.jobs.pending_edit import PendingJobEditor
from kling_desktop.controllers.jobs.removal import JobRemoval
from kling_desktop.controllers.library.check import CheckController
from kling_desktop.controllers.library.clip_reuse import ClipReuse
from kling_desktop.controllers.library.export import ClipExporter
from kling_desktop.controllers.library.library import LibraryController
from kling_desktop.controllers.library.redownload import ClipRedownload
from kling_desktop.controllers.library.remote_delete import RemoteDelete
from kling_desktop.controllers.library.review import ReviewController
from kling_desktop.domain.jobs.actions import (
    ActionRequest,
    ExportAction,
    JobAction,
    Offer,
    ReuseAction,
    ReviewAction,
)
from kling_desktop.domain.jobs.cancellation import cancel_effect
from kling_desktop.domain.jobs.failure_catalog import failure_details, failure_info
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.domain.request.draft import Draft
from kling_desktop.session import Session
from kling_desktop.store.folders import nearest_folder
from kling_desktop.ui.library.cards.card import card
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class JobActions:
    """The actions on the jobs and clips of one session.

    Args:
        session: The session.
        context: The window and its tasks.
        library: Finds jobs and clips by their IDs.
        submit: Submits new jobs, as Generate does.
        reuse: Fills the form from jobs and clips.
        exporter: Exports clips.
        review: Rates clips and moves them to the trash.
        redownload, remote_delete, check: Look after the files of the clips.
        editor: Takes pending jobs back, and into the form.
        ask_for_key: Opens the dialog for another API key.
    """

    def __init__(
        self,
        session: Session,
        context: AppContext,
        library: LibraryController,
        submit: Callable[[Sequence[Submission]], None],
        reuse: ClipReuse,
        exporter: ClipExporter,
        review: ReviewController,
        redownload: ClipRedownload,
        remote_delete: RemoteDelete,
        check: CheckController,
        editor: PendingJobEditor,
        ask_for_key: Callable[[], None],
    ) -> None:
        self._session = session
        self._queue = session.queue
        self._context = context
        self._tasks = context.tasks
        self._window = context.window
        self._library = library
        self._submit = submit
        self._reuse = reuse
        self._exporter = exporter
        self._review = review
        self._redownload = redownload
        self._remote_delete = remote_delete
        self._check = check
        self._editor = editor
        self._ask_for_key = ask_for_key
        self._removal = JobRemoval(context, session.queue, session.library)
        self._resolution = OutcomeResolution(context, session, self._ask_to_send_again, self._ask_to_forget)

    def dispatch(self, request: ActionRequest) -> None:
        """Do what a view asks for. Jobs and clips that aren't loaded are looked up first."""
        match request.action:
            case ReviewAction() as action:
                self._review.perform(action, request.clips, request.value)
            case (JobAction() | ReuseAction() | ExportAction()) as action:
                jobs = [job for job_id in request.jobs if (job := self._library.job(job_id))]
                if not request.clips and len(jobs) == len(request.jobs):
                    self.perform(action, jobs, request.value)
                else:
                    self._tasks.spawn(self._find_and_perform(action, request), f"find the jobs to {_name(action)}")
            case _:
                assert_never(request.action)

    def perform(self, action: JobAction | ReuseAction | ExportAction, jobs: Sequence[Job], value: int = 0) -> None:
        """Do it to these jobs or clips."""
        if not jobs:
            return
        match action:
            case JobAction():
                self._perform_job_action(action, jobs)
            case ReuseAction():
                self._spawn(self._reuse.perform(action, jobs[0], value), action, jobs)
            case ExportAction():
                self._exporter.perform(action, jobs, value)
            case _:
                assert_never(action)

    def open(self, job_id: str) -> None:
        """Open a clip in the viewer."""
        self.dispatch(ActionRequest(JobAction.OPEN, (job_id,)))

    async def _find_and_perform(self, action: JobAction | ReuseAction | ExportAction, request: ActionRequest) -> None:
        jobs = [job for job_id in request.jobs if (job := await self._library.find_job(job_id))]
        jobs += [clip.job for clip in await self._library.find_clips(request.clips)]
        self.perform(action, jobs, request.value)

    def _perform_job_action(self, action: JobAction, jobs: Sequence[Job]) -> None:
        job, ids = jobs[0], [job.id for job in jobs]
        pending, messages = self._queue.pending, self._context.messages
        match action:
            case JobAction.OPEN:
                self._window.middle.open_clip(job)
            case JobAction.COMPARE:
                self._window.middle.compare_clips(jobs)
            case JobAction.UNDO:
                self._spawn(self._editor.cancel_takes(job), action, jobs)
            case JobAction.CANCEL:
                self._for_each(self._editor.cancel, action, jobs)
            case JobAction.WITHDRAW:
                for one in jobs:
                    self._withdraw(one)
            case JobAction.EDIT:
                self._spawn(self._editor.edit(job), action, jobs)
            case JobAction.PAUSE:
                # The last ones first, or the next in line would take the free slot.
                self._spawn(_in_turn(pending.pause, ids[::-1]), action, jobs, to_the_end=True)
            case JobAction.SEND_NOW:
                self._spawn(_in_turn(pending.send_now, ids), action, jobs, to_the_end=True)
            case JobAction.MOVE_TO_FRONT:
                self._spawn(pending.move_to_front(ids), action, jobs)
            case JobAction.RETRY:
                self._retry(jobs)
            case JobAction.RETRY_WITHOUT_SEED:
                self._retry(jobs, lambda draft: replace(draft, seed=None))
            case JobAction.RETRY_WITHOUT_ENHANCEMENT:
                self._retry(jobs, lambda draft: replace(draft, prompt_enhance=None))
            case JobAction.CHANGE_KEY:
                self._ask_for_key()
            case JobAction.OPEN_BILLING:
                open_billing(messages)
            case JobAction.CHOOSE_CLIP:
                self._spawn(self._resolution.choose(job), action, jobs)
            case JobAction.SEND_AGAIN:
                self._ask_to_send_again(job)
            case JobAction.SAVE_ELSEWHERE:
                self._ask_for_folder(job)
            case JobAction.SHOW_DETAILS:
                messages.show_now(self._details(job))
            case JobAction.DOWNLOAD_AGAIN:
                self._spawn(self._redownload.download_again(job), action, jobs)
            case JobAction.FIND_FILE:
                self._check.open()
            case JobAction.FORGET:
                self._ask_to_forget(job)
            case JobAction.DELETE_AT_LEONARDO:
                self._spawn(self._remote_delete.ask(jobs), action, jobs)
            case JobAction.COPY_URL:
                self._spawn(self._copy_url(job), action, jobs)
            case JobAction.REMOVE:
                self._for_each(self._removal.remove, action, jobs)
            case _:
                assert_never(action)

    def _spawn(
        self,
        work: Coroutine[Any, Any, object],
        action: JobAction | ReuseAction,
        jobs: Sequence[Job],
        *,
        to_the_end: bool = False,
    ) -> None:
        what = jobs[0].id if len(jobs) == 1 else f"{len(jobs)} jobs"
        self._tasks.spawn(work, f"{_name(action)} {what}", to_the_end=to_the_end)

    def _for_each(
        self, act: Callable[[Job], Coroutine[Any, Any, object]], action: JobAction, jobs: Sequence[Job]
    ) -> None:
        for job in jobs:
            self._spawn(act(job), action, [job])

    def _retry(self, jobs: Sequence[Job], change: Callable[[Draft], Draft] = lambda draft: draft) -> None:
        """Submit ended jobs again, all together, so that a spending limit asks once."""
        self._submit([Submission(change(job.draft), job.preset_name, replaces=job) for job in jobs])

    def _withdraw(self, job: Job) -> None:
        """Do what gets rid of the job in its state, or say why nothing does."""
        effect = cancel_effect(job)
        if effect.action is None:
            self._context.messages.show_now(Message(effect.message, Tone.ODD))
        else:
            self._perform_job_action(effect.action, [job])

    async def _copy_url(self, job: Job) -> None:
        QGuiApplication.clipboard().setText(await self._session.remote_clips.get_video_url(job.generation))
        self._context.messages.show_now(Message("Video URL copied.", Tone.OK))

    def _ask_to_send_again(self, job: Job) -> None:
        self._ask(
            "Leonardo may have accepted the first request after all. If you send it again, you may pay twice.",
            "Send again",
            lambda: self._tasks.spawn(self._queue.unknown.send_again(job.id), f"send again {job.id}"),
        )

    def _ask_to_forget(self, job: Job) -> None:
        self._ask(
            cancel_effect(job).message,
            "Forget it",
            lambda: self._tasks.spawn(self._queue.active.forget(job.id), f"forget {job.id}"),
        )

    def _ask_for_folder(self, job: Job) -> None:
        """Another one for the clip, because the one it should be saved in is gone or full."""
        dialog = QFileDialog(self._window, "Folder for this clip", str(nearest_folder(Path(job.folder))))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(
            lambda folder: self._tasks.spawn(
                self._queue.active.save_elsewhere(job.id, folder), f"save {job.id} elsewhere"
            )
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask(self, sentence: str, label: str, act: Callable[[], None]) -> None:
        self._context.messages.show_now(Message(sentence, Tone.ODD, label, act, seconds=0))

    def _details(self, job: Job) -> Message:
        """What became of a job, and the action that may put it right."""
        shown, info = card(job, now=job.created_at), failure_info(job)
        recovery = info.recovery[0] if info and info.recovery else ReuseAction.USE_SETTINGS
        sentence, quoted = failure_details(job)
        act = partial(self.perform, recovery, [job])
        return Message(sentence, shown.led, Offer(recovery).label, act, seconds=0, word=shown.word, caption=quoted)


def _name(action: JobAction | ReuseAction | ExportAction) -> str:
    return action.name.lower().replace("_", " ")


async def _in_turn(act: Callable[[str], Coroutine[Any, Any, None]], job_ids: Sequence[str]) -> None:
    for job_id in job_ids:
        await act(job_id)
