"""What each button of a card or of the viewer does."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.controllers.jobs.outcome_resolution import OutcomeResolution
from kling_desktop.controllers.jobs.pending_edit import PendingJobEditor
from kling_desktop.controllers.jobs.removal import JobRemoval
from kling_desktop.controllers.library.clip_reuse import ClipReuse
from kling_desktop.controllers.library.export import ClipExporter
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.cancellation import cancel_effect
from kling_desktop.domain.jobs.failure_catalog import BILLING_URL, Mend, failure_details, failure_info
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.session import Session
from kling_desktop.ui.export.export_actions import Deed
from kling_desktop.ui.library.cards.card import MENDS, card
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

Verb = Callable[[Job], Coroutine[Any, Any, object] | None]


class Verbs:
    """The verbs of one session's jobs: those that only show something return None, the others are awaited.

    order sends new ones, as Generate does. ask_for_key opens the dialog for another key. of_files:
    the verbs of the clips' files.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        theme: Theme,
        tasks: Tasks,
        cache: Path,
        order: Callable[[Sequence[Submission]], None],
        going_on: ClipReuse,
        handing_on: ClipExporter,
        ask_for_key: Callable[[], None],
        of_files: Mapping[str, Verb],
        editing: PendingJobEditor,
    ) -> None:
        self._session = session
        self._queue = session.queue
        self._window = window
        self._theme = theme
        self._tasks = tasks
        self._cache = cache
        self._order = order
        self._ask_for_key = ask_for_key
        self._choosing = OutcomeResolution(
            session, window, theme, tasks, cache, self._ask_to_send_again, self._ask_to_forget
        )
        self._verbs: dict[str, Verb] = {
            "undo": editing.take_back_all,
            "cancel": editing.take_back,
            "take_back": self._take_back,
            "edit": editing.edit,
            "pause": lambda job: self._queue.pending.pause(job.id),
            "to_front": lambda job: self._queue.pending.move_to_front([job.id]),
            "send_now": lambda job: self._queue.pending.send_now(job.id),
            "resume": lambda job: self._queue.pending.send_now(job.id),
            "remove": JobRemoval(self._queue, session.library, window.messages, tasks).remove,
            "retry": lambda job: self.retry([job]),
            "remove_seed_and_send": lambda job: self._send_without(job, "seed"),
            "remove_enhance_and_send": lambda job: self._send_without(job, "prompt_enhance"),
            "shorten": going_on.shorten,
            "change_key": lambda _job: self._ask_for_key(),
            "open_billing": lambda _job: open_billing(),
            "choose": self._choosing.choose,
            "send_again": self._ask_to_send_again,
            "forget": self._ask_to_forget,
            "save_elsewhere": self._ask_where,
            "details": self._tell_details,
            "open": self._window.middle.open_clip,
            **going_on.verbs,
            **{deed: partial(handing_on.do_with_one, deed) for deed in handing_on.deeds},
            Deed.COPY_URL: self._copy_address,
            **of_files,
        }

    def do(self, job: Job, verb: str) -> None:
        """Do what a button says to a job."""
        if work := self._verbs[verb](job):
            self._tasks.spawn(work, f"{verb} {job.id}")

    def close(self) -> None:
        """The session is left: no sheet about its jobs stays open."""
        self._choosing.close()

    def retry(self, jobs: Sequence[Job]) -> None:
        """Order ended jobs anew, all together: the caps ask once."""
        self._order([Submission(job.draft, job.preset_name, replaces=job) for job in jobs])

    def _take_back(self, job: Job) -> None:
        """Del: what that means is different in each state, and never more than is true."""
        truth = cancel_effect(job)
        if truth.is_undoable:
            self.do(job, "remove" if job.is_terminal else "cancel")
        elif truth.label:
            self._ask_to_forget(job)
        else:
            self._window.messages.show_now(Message(truth.message, Tone.ODD))

    def _send_without(self, job: Job, setting: str) -> None:
        changes: dict[str, Any] = {setting: None}
        self._order([Submission(replace(job.draft, **changes), job.preset_name, replaces=job)])

    async def _copy_address(self, job: Job) -> None:
        """Asked for anew: the service may have moved its videos since."""
        found = await self._session.client.get_generation(job.generation)
        video = next((media for media in found.media if media.video), None) if found else None
        if video is None:
            raise UserError("Leonardo doesn't have this video any more, or doesn't show it.", "Your own file stays.")
        QGuiApplication.clipboard().setText(video.video)
        self._window.messages.show_now(Message("The address of the video is copied.", Tone.OK))

    def _ask_to_send_again(self, job: Job) -> None:
        self._ask(
            "The first one may have been accepted all the same. Sending again may cost twice.",
            "Send again",
            lambda: self._tasks.spawn(self._queue.unknown.send_again(job.id), f"send again {job.id}"),
        )

    def _ask_to_forget(self, job: Job) -> None:
        self._ask(
            cancel_effect(job).message,
            "Forget it",
            lambda: self._tasks.spawn(self._queue.active.forget(job.id), f"forget {job.id}"),
        )

    def _ask_where(self, job: Job) -> None:
        """Another folder, because the one it was ordered into is gone or full."""
        dialog = QFileDialog(self._window, "Folder for this clip", str(nearest_folder(Path(job.folder))))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(
            lambda folder: self._tasks.spawn(
                self._queue.active.save_elsewhere(job.id, folder), f"save {job.id} elsewhere"
            )
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask(self, sentence: str, action: str, act: Callable[[], None]) -> None:
        self._window.messages.show_now(Message(sentence, Tone.ODD, action, act, seconds=0))

    def _tell_details(self, job: Job) -> None:
        shown, (sentence, quoted) = card(job, now=job.created_at), failure_details(job)
        meaning = failure_info(job)
        label, verb = MENDS[meaning.mends[0]] if meaning and meaning.mends else MENDS[Mend.CHANGE]
        mend = partial(self.do, job, verb)
        self._window.messages.show_now(
            Message(sentence, shown.led, label, mend, seconds=0, word=shown.word, caption=quoted)
        )


def open_billing() -> None:
    """In the browser: where credit for the API is bought."""
    QDesktopServices.openUrl(QUrl(BILLING_URL))


def nearest_folder(folder: Path) -> Path:
    """The folder, or what is left of the way to it."""
    return next((there for there in (folder, *folder.parents) if there.is_dir()), Path.home())
