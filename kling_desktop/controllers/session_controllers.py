"""What works on one session: built for it with all that it needs, and closed before it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from kling_desktop.controllers.batch.batch import BatchController
from kling_desktop.controllers.composer.composer import ComposerController
from kling_desktop.controllers.connection.account import AccountController
from kling_desktop.controllers.connection.billing import open_billing
from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.job_actions import JobActions
from kling_desktop.controllers.jobs.failure_messages import FailureMessages, HaltMessage
from kling_desktop.controllers.jobs.notifications import ClipNotifications
from kling_desktop.controllers.jobs.pending_edit import PendingJobEditor
from kling_desktop.controllers.jobs.queue import QueueController
from kling_desktop.controllers.jobs.submission import SubmissionController
from kling_desktop.controllers.jobs.wake_lock import WakeLockController
from kling_desktop.controllers.library.account_import import AccountImportController
from kling_desktop.controllers.library.check import CheckController
from kling_desktop.controllers.library.clip_reuse import ClipReuse
from kling_desktop.controllers.library.export import ClipExporter
from kling_desktop.controllers.library.library import LibraryController
from kling_desktop.controllers.library.recent_clips import RecentClips
from kling_desktop.controllers.library.redownload import ClipRedownload
from kling_desktop.controllers.library.remote_delete import RemoteDelete
from kling_desktop.controllers.library.review import ReviewController
from kling_desktop.controllers.library.search import SearchController
from kling_desktop.controllers.presets.presets import PresetController
from kling_desktop.controllers.shell import AppShell
from kling_desktop.controllers.spending.prices import PriceController
from kling_desktop.controllers.spending.report_dialog import SpendingReportController
from kling_desktop.controllers.viewer.lineage import LineageController
from kling_desktop.controllers.viewer.viewer import ViewerController
from kling_desktop.domain.jobs.missing_jobs import missing_problems
from kling_desktop.services.library.check import LibraryCheck
from kling_desktop.services.library.review_sync import ReviewFileSync
from kling_desktop.session import Session
from kling_desktop.ui.composer.form_sources import FormSources
from kling_desktop.ui.library.cards.job_status import JobStatus
from kling_desktop.ui.notifications.notifier import Notifier
from kling_desktop.ui.notifications.wake_lock import WakeLock
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_FIRST_SIGHT = 0.1
"""Seconds for the first clips and their posters to be painted."""


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What a session's controllers share with those of the window.

    ask_for_key and open_settings open these dialogs.
    """

    shell: AppShell
    presets: PresetController
    exporter: ClipExporter
    notifier: Notifier
    wake_lock: WakeLock
    ask_for_key: Callable[[], None]
    open_settings: Callable[[], None]


@asynccontextmanager
async def session_controllers(session: Session, parts: WindowParts) -> "AsyncIterator[SessionControllers]":
    """Start the queue, show the first clips, and build the rest. All of it is closed at the end."""
    connections, tasks = Connections(), Tasks(parts.shell.context.show_error, parts.shell.context.show_fault)
    context = replace(parts.shell.context, tasks=tasks, connections=connections)
    library = session.library
    # Closed in reverse order: first nothing listens any more, then nothing runs, then what was used can go.
    async with AsyncExitStack() as stack:
        check = LibraryCheck(
            library,
            context.folders.posters,
            library.account,
            lambda: [context.settings.session_folder(sandbox=session.service.is_sandbox)],
        )
        stack.push_async_callback(check.close)
        review_sync = ReviewFileSync(library)
        stack.push_async_callback(review_sync.close)
        stack.push_async_callback(tasks.close)
        stack.callback(connections.close)
        HaltMessage(context, session.queue, parts.ask_for_key, lambda: open_billing(context.messages))
        await session.queue.start(learn=False)
        status = JobStatus(session.queue.pending.is_paused, session.queue.is_foreign, session.queue.estimate_duration)
        parts.shell.library_model.job_status = parts.shell.queue_model.job_status = status
        shown = LibraryController(context, session.queue, library, parts.shell.library_model)
        await shown.show_first()  # whatever else there is to build can wait for it
        controllers = SessionControllers(session, context, parts, shown, check)
        review_sync.start()
        tasks.spawn(controllers.load_rest(), "load the rest")
        yield controllers


class SessionControllers:
    """Those that work once the first clips are in sight. Connections keep the ones alive that have no name here."""

    def __init__(
        self,
        session: Session,
        context: AppContext,
        parts: WindowParts,
        library: LibraryController,
        check: LibraryCheck,
    ) -> None:
        self.session = session
        self._context = context
        self._library = library
        shell, presets, queue = parts.shell, parts.presets, session.queue
        composer, model, window = shell.composer, shell.library_model, context.window

        # What is done to jobs and clips
        submission = SubmissionController(context, session, parts.open_settings)
        redownload = ClipRedownload(context, session)
        review = ReviewController(
            model,
            context.messages,
            context.tasks,
            context.connections,
            session.library,
            session.trash,
            window.middle.open_notes,
        )
        self.actions = JobActions(
            session,
            context,
            library,
            submission.submit_or_ask,
            ClipReuse(context, composer),
            parts.exporter,
            review,
            redownload,
            RemoteDelete(context, session),
            CheckController(context, session.library, check, redownload),
            PendingJobEditor(context, queue, composer, shell.autosave.save),
            parts.ask_for_key,
        )

        # Jobs and what they cost
        QueueController(context, queue, shell.queue_model)
        FailureMessages(context.connections, queue, shell.message_history, time.time)
        ClipNotifications(context.connections, queue, window, parts.notifier, self.actions.open)
        if not session.service.is_sandbox:
            WakeLockController(context.connections, queue, parts.wake_lock)
        prices = PriceController(context, session.spending)
        SpendingReportController(context, session.spending, shell.menu, presets.name_of, parts.open_settings)
        AccountController(context, session, composer.form.spec.name, prices.show_balance, parts.ask_for_key)
        self.batch = BatchController(
            context,
            session,
            lambda: presets.library.all,
            lambda selection: prices.remaining_after(selection.prices),
            submission.submit_or_ask,
        )

        # The form
        self._recent_clips = RecentClips(context, queue, session.library, window.composer.pictures.loaded.emit)
        sources = FormSources(
            poster_of=self._recent_clips.poster_of,
            preset_poster=self._recent_clips.preset_poster,
            earlier_prompts=self._recent_clips.prompts,
            clips=self._recent_clips.editable,
            clip_of=session.library.find_by_content,
            quote_of=prices.quote_of,
            prices=prices.prices,
        )
        ComposerController(context, session, composer, sources, presets, submission.submit_or_ask)

        # The clips
        SearchController(context, session.library, model, presets.name_of)
        ViewerController(context, session.library, model, self.actions.dispatch, review.save_notes)
        LineageController(context, session)
        AccountImportController(context, session)

        on = context.connections.on
        on(window.library.action_requested, self.actions.dispatch)
        on(window.below.queue.action_requested, self.actions.dispatch)
        on(window.library.notes_edited, review.save_notes)
        on(window.middle.undo_requested, review.undo)

    def stop_listening(self) -> None:
        """Close every dialog and react to nothing any more. What runs goes on until the session ends."""
        self._context.connections.close()

    async def load_rest(self) -> None:
        """Load what grows with the number of clips, once what is in sight has been painted."""
        await asyncio.sleep(_FIRST_SIGHT)
        await self.session.queue.watch_foreign_jobs()  # before the whole search, so that nothing is missed in between
        self._library.show_rest()
        await self._recent_clips.load()
        await self.session.queue.learn_durations()
        for sentence in missing_problems(self.session.restored_jobs, await self.session.queue.count_unreadable()):
            self._context.messages.post(Message(sentence, Tone.BAD, seconds=0))
