"""Submitting takes: at once where the spending limits allow it, otherwise after the user has been asked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.errors import LimitExceeded
from kling_desktop.domain.jobs.submission import Submission, subset
from kling_desktop.domain.text import plural
from kling_desktop.services.jobs.submission import SubmitOptions
from kling_desktop.session import Session
from kling_desktop.store.folders import clips_folder
from kling_desktop.ui.spending.limit_choices import LimitChoice
from kling_desktop.ui.spending.limit_dialog import LimitDialog


class SubmissionController:
    """Asks one question at a time. open_settings leads to the limits."""

    def __init__(self, context: AppContext, session: Session, open_settings: Callable[[], None]) -> None:
        self._context = context
        self._queue = session.queue
        self._sandbox = session.service.is_sandbox
        self._open_settings = open_settings
        self._held: dict[str, str] = {}
        self._later: list[tuple[Sequence[Submission], SubmitOptions]] = []
        self._slot = DialogSlot[LimitDialog](context.connections)
        context.connections.on_close(self._forget_questions)
        context.connections.on(session.queue.events.limit_reached, self._hold)
        context.connections.on(context.settings.folder_changed, self._move_pending)

    def submit_or_ask(self, submissions: Sequence[Submission], *, to_front: bool = False) -> None:
        """Submit all of these, or those that the user lets pass a limit, or none.

        Each can be taken back for some seconds, whichever button it came from. to_front: before all that wait.
        """
        values = self._context.settings.values
        options = SubmitOptions(str(self._folder), values.hold_seconds, to_front, values.clip_names)
        self._spawn(submissions, options)

    @property
    def _folder(self) -> Path:
        return self._context.settings.session_folder(sandbox=self._sandbox)

    def _move_pending(self, before: Path) -> None:
        """Clips go to another folder now: those on their way to the one before, too."""
        folder = str(clips_folder(before, sandbox=self._sandbox))
        for job in self._queue.jobs:
            if not job.is_terminal and job.folder == folder:
                work = self._queue.active.save_elsewhere(job.id, str(self._folder))
                self._context.tasks.spawn(work, f"save {job.id} elsewhere")

    def _forget_questions(self) -> None:
        self._held.clear()
        self._later.clear()

    def _spawn(self, submissions: Sequence[Submission], options: SubmitOptions) -> None:
        self._context.tasks.spawn(self._try_submit(submissions, options), "generate", to_the_end=True)

    async def _try_submit(self, submissions: Sequence[Submission], options: SubmitOptions) -> None:
        try:
            await self._queue.submit(submissions, options)
        except LimitExceeded as error:
            if self._slot.is_open:  # the answer to that question may leave room, or none
                self._later.append((submissions, options))
            else:
                self._ask_about(error, submissions, options)

    def _ask_about(self, error: LimitExceeded, submissions: Sequence[Submission], options: SubmitOptions) -> None:
        """Offer all of it, or the takes that fit. Those are submitted as any others: if they fit no more, the user is
        asked again.
        """
        takes, fits = sum(one.draft.takes for one in submissions), len(error.allowed_takes)
        after = "Nothing has been submitted yet. Prices are estimates until the actual cost is known."
        anyway = partial(self._spawn, submissions, replace(options, over_limit=True))
        if fits:
            which = plural(
                fits,
                one="1 of the {takes} takes stays within the limit.",
                other="{count} of the {takes} takes stay within the limit.",
                takes=takes,
            )
            some = partial(self._spawn, subset(submissions, error.allowed_takes), options)
            label = plural(fits, one="Generate the one that fits", other="Generate the {count} that fit")
            everything = LimitChoice(f"Generate all {takes} anyway", anyway)
            self._ask(error.message, f"{which} {after}", everything, LimitChoice(label, some))
        else:
            action = plural(takes, one="Generate anyway", other="Generate {count} takes anyway")
            self._ask(error.message, after, LimitChoice(action, anyway))

    def _hold(self, job_id: str, why: str) -> None:
        """It is a job's turn, but a limit that has been lowered or used up in the meantime holds it back."""
        self._held[job_id] = why
        if not self._slot.is_open:
            self._ask_about_held()

    def _ask_about_held(self) -> None:
        """One question for all of them, and for those whose turn comes while it is open."""
        why = next(iter(self._held.values()))
        after = "The waiting jobs stay in the queue until you send them."
        self._ask(why, after, LimitChoice("Send anyway", self._send_held), about_held=True)

    def _send_held(self) -> None:
        job_ids, self._held = list(self._held), {}
        self._context.tasks.spawn(self._queue.pending.send_over_limit(job_ids), "send over the limit", to_the_end=True)

    def _ask(
        self, why: str, after: str, over: LimitChoice, under: LimitChoice | None = None, *, about_held: bool = False
    ) -> None:
        dialog = LimitDialog(self._context.theme, self._context.window, why, after, over, under)
        dialog.limits_requested.connect(self._open_settings)
        self._slot.open(dialog)
        dialog.finished.connect(partial(self._ask_next, about_held))

    def _ask_next(self, about_held: bool, result: int) -> None:
        if about_held:
            self._held.clear()
        elif result == QDialog.DialogCode.Rejected:  # a no is meant for everything that was submitted together
            self._later.clear()
        if self._later:
            self._spawn(*self._later.pop(0))
        elif self._held:
            self._ask_about_held()
