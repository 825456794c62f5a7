"""Ordering takes: at once where the caps allow it, else after the user has been asked."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog

from kling_desktop.domain.errors import LimitExceeded
from kling_desktop.domain.jobs.submission import Submission, subset
from kling_desktop.services.jobs.submission import SubmitOptions
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.spending.limit_choices import LimitChoice
from kling_desktop.ui.spending.limit_dialog import LimitDialog
from kling_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from kling_desktop.services.jobs.job_queue import JobQueue

Placing = Callable[..., Coroutine[Any, Any, object]]
"""Orders what it is given; with over_cap=True whatever it costs."""


async def _submit(
    queue: "JobQueue", options: SubmitOptions, submissions: Sequence[Submission], *, over_cap: bool
) -> None:
    await queue.submit(submissions, replace(options, over_limit=over_cap))


class SubmissionController:
    """One question stands at a time. caps_wanted leads to where caps are set."""

    def __init__(self, theme: Theme, window: MainWindow, tasks: Tasks, caps_wanted: Callable[[], None]) -> None:
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._caps_wanted = caps_wanted
        self._queue: JobQueue | None = None
        self._kept: dict[str, str] = {}
        self._later: list[tuple[Placing, Sequence[Submission]]] = []
        self._dialog: LimitDialog | None = None

    def follow(self, queue: "JobQueue | None") -> None:
        """Order there from now on."""
        if self._queue:
            self._queue.events.limit_reached.disconnect(self._keep)
        self._kept.clear()
        self._queue = queue
        if queue:
            queue.events.limit_reached.connect(self._keep)

    def order(
        self, orders: Sequence[Submission], folder: str, *, hold: float, front: bool = False, naming: str = ""
    ) -> None:
        """Order all of these, or those that the user lets pass a cap, or none."""
        if self._queue:
            options = SubmitOptions(folder, hold, front, naming)
            self._place(partial(_submit, self._queue, options), orders)

    def take_along(self, old: str, new: str) -> None:
        """What is on its way to the one folder goes to the other."""
        if queue := self._queue:
            for job in [job for job in queue.jobs if not job.is_terminal and job.folder == old]:
                self._tasks.spawn(queue.active.save_elsewhere(job.id, new), f"take {job.id} along")

    def close(self) -> None:
        """No question stays open."""
        self._kept.clear()
        self._later.clear()
        if self._dialog:
            self._dialog.reject()

    def _place(self, place: Placing, orders: Sequence[Submission], *, over_cap: bool = False) -> None:
        self._tasks.spawn(self._order(place, orders, over_cap=over_cap), "generate", to_the_end=True)

    async def _order(self, place: Placing, orders: Sequence[Submission], *, over_cap: bool) -> None:
        try:
            await place(orders, over_cap=over_cap)
        except LimitExceeded as over:
            if self._dialog:  # what is answered now may leave room, or none
                self._later.append((place, orders))
            else:
                self._ask_about(over, place, orders)

    def _ask_about(self, over: LimitExceeded, place: Placing, orders: Sequence[Submission]) -> None:
        """All of it, or those that fit: these are ordered as any others, and asked about again if they fit no more."""
        takes, fits = sum(order.draft.takes for order in orders), len(over.allowed_takes)
        after = "Nothing has been ordered yet. Prices are estimates until the service tells."
        anyway = partial(self._place, place, orders, over_cap=True)
        if fits:
            which = f"{fits} of the {takes} takes {'stays' if fits == 1 else 'stay'} under it. "
            some = partial(self._place, place, subset(orders, over.allowed_takes))
            fitting = LimitChoice(
                f"Generate the {'one' if fits == 1 else fits} that {'fits' if fits == 1 else 'fit'}", some
            )
            self._ask(over.message, which + after, LimitChoice(f"All {takes} anyway", anyway), fitting)
        else:
            action = "Generate anyway" if takes == 1 else f"Generate {takes} takes anyway"
            self._ask(over.message, after, LimitChoice(action, anyway))

    def _keep(self, job_id: str, why: str) -> None:
        """A job's turn has come, and a cap that has been lowered or used up meanwhile keeps it."""
        self._kept[job_id] = why
        if self._dialog is None:
            self._ask_about_kept()

    def _ask_about_kept(self) -> None:
        """Once about all of them: those whose turn comes while the question stands are meant as well."""
        why = next(iter(self._kept.values()))
        after = "What waits in the queue stays unsent until you send it."
        self._ask(why, after, LimitChoice("Send anyway", self._send_kept), about_kept=True)

    def _send_kept(self) -> None:
        names, self._kept = list(self._kept), {}
        if self._queue:
            self._tasks.spawn(self._queue.pending.send_over_limit(names), "send over the cap", to_the_end=True)

    def _ask(
        self, why: str, after: str, over: LimitChoice, under: LimitChoice | None = None, *, about_kept: bool = False
    ) -> None:
        dialog = self._dialog = LimitDialog(self._theme, self._window, why, after, over, under)
        dialog.limits_requested.connect(self._caps_wanted)
        dialog.finished.connect(partial(self._forget, dialog, about_kept))
        dialog.open()

    def _forget(self, dialog: "LimitDialog", about_kept: bool, result: int) -> None:
        dialog.deleteLater()
        self._dialog = None
        if about_kept:
            self._kept.clear()
        elif result == QDialog.DialogCode.Rejected:  # a no is meant for all that was ordered together
            self._later.clear()
        if self._later:
            self._place(*self._later.pop(0))
        elif self._kept:
            self._ask_about_kept()
