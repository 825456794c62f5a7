"""The desk of the jobs: ordered, shown in grid and queue, paid for, and told of when they end."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.controllers.batch.batch import BatchController
from kling_desktop.controllers.connection.account import AccountController
from kling_desktop.controllers.jobs.notifications import ClipNotifications
from kling_desktop.controllers.jobs.submission import SubmissionController
from kling_desktop.controllers.presets.presets import PresetController
from kling_desktop.controllers.shell import AppShell
from kling_desktop.controllers.spending.report_dialog import SpendingReportController
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.ui.notifications.platform import system_notifier
from kling_desktop.ui.shell.request_drop import RequestDrop

if TYPE_CHECKING:
    from kling_desktop.session import Session

_FIRST_SIGHT = 0.1
"""Seconds for the first clips and their pictures to be painted in."""


class JobsDesk:
    """Follows one session at a time. clips_folder(): where clips go now; ask_for_settings leads to where caps are set;
    open_clip shows the clip of an ID.
    """

    def __init__(
        self,
        front: AppShell,
        presets: PresetController,
        clips_folder: Callable[[], Path],
        ask_for_settings: Callable[[], None],
        open_clip: Callable[[str], None],
    ) -> None:
        self._front = front
        self._presets = presets
        self._clips_folder = clips_folder
        self._session: Session | None = None
        theme, window, tasks = front.context.theme, front.context.window, front.context.tasks
        self._account = AccountController(window.top, front.prices, tasks)
        self._notifying = ClipNotifications(window, system_notifier(window), open_clip)
        self._ordering = SubmissionController(theme, window, tasks, ask_for_settings)
        self._spending = SpendingReportController(theme, window, tasks, presets.name_of, ask_for_settings)
        self._batches = BatchController(
            theme,
            window,
            tasks,
            front.context.folders.media,
            presets=lambda: presets.library.all,
            left_of=lambda chosen: front.prices.left_after(chosen.prices),
            order=self.order,
        )
        front.jobs.ended.connect(self._account.look)
        window.composer.generate_requested.connect(self._generate)
        window.composer.generate_first_requested.connect(lambda: self._generate(front=True))
        window.status.today.clicked.connect(self._spending.open)
        front.menu.spending.triggered.connect(self._spending.open)

    def listen_to(self, requests: RequestDrop) -> None:
        """Tables are ordered here."""
        self._batches.listen_to(self._front.menu, requests)

    async def follow(self, session: "Session") -> None:
        """Show its jobs, and order there from now on; returns once the first clips are in sight."""
        self._session = session
        await self._front.jobs.follow(session.queue, session.library)
        self._front.queue.follow(session.queue)
        self._front.queue.tell_of_paused()
        self._follow(session)
        self._front.context.tasks.spawn(self._look_further(session), "look further")

    async def leave(self) -> None:
        """What the grid shows stays in sight until there is something else to show."""
        self._session = None
        self._front.queue.follow(None)
        self._follow(None)

    def order(self, orders: Sequence[Submission], *, front: bool = False) -> None:
        """Each can be taken back for some seconds, whichever button it came from. front: before all that wait."""
        preferences = self._front.context.settings
        self._ordering.order(
            orders,
            str(self._clips_folder()),
            hold=preferences.values.hold_seconds,
            front=front,
            naming=preferences.values.clip_names,
        )

    def take_along(self, old: Path) -> None:
        """Clips go elsewhere now: those that were on their way to the old folder, too."""
        self._ordering.take_along(str(old), str(self._clips_folder()))

    def close(self) -> None:
        """No question stays open, and no clock goes on for a window that is gone."""
        self._batches.close()
        self._follow_money(None)
        self._ordering.close()
        self._spending.close()

    def end(self) -> None:
        """Nothing is told any more."""
        self._notifying.close()

    def _follow(self, session: "Session | None") -> None:
        self._notifying.follow(session.queue if session else None)
        self._follow_money(session)
        self._batches.follow(session)
        self._account.follow(session)

    def _follow_money(self, session: "Session | None") -> None:
        spending = session.spending if session else None
        self._front.prices.follow(spending)
        self._spending.follow(spending)
        self._ordering.follow(session.queue if session else None)

    async def _look_further(self, session: "Session") -> None:
        """What grows with the number of clips, once what is in sight has been painted."""
        await asyncio.sleep(_FIRST_SIGHT)
        if session is self._session:
            await (
                session.queue.watch_foreign_jobs()
            )  # before all clips are asked for, so that none is missed in between
            self._front.jobs.show_rest()
            await session.queue.learn_durations()

    def _generate(self, *, front: bool = False) -> None:
        composer = self._front.composer
        if composer.blocked_reason is None:
            self._presets.remember(composer.draft)
            self.order([Submission(composer.draft, self._presets.name_of(composer.draft.preset))], front=front)
