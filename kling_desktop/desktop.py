"""The window and what stands behind it, tied together: connecting, generating, saving, ending."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kling_desktop.domain import states
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import KlingError, NotUsable
from kling_desktop.domain.job import Job
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.usual import usual_seconds
from kling_desktop.store.drafts import DraftFile
from kling_desktop.store.folders import Folders
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.settings import SettingsFile
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.key_dialog import KeyDialog
from kling_desktop.ui.library.model import LibraryModel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.library.posters import Posters
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window
from kling_desktop.work.composer import Composer

if TYPE_CHECKING:
    from kling_desktop.session import SandboxProcess, Service, Session
    from kling_desktop.verbs import Verbs

log = logging.getLogger(__name__)

_SAVE_AFTER_MS = 500
_SANDBOX_POLL = 1.0
NO_KEY = "Add your API key first"
CONNECTING = "Connecting…"


class Desktop:
    """Everything of one run of the window. run() returns when the user has closed it and all is put away."""

    def __init__(self, theme: Theme, folders: Folders, *, key: Secret | None, sandbox: bool, profile: str) -> None:
        self._theme = theme
        self._folders = folders
        self._given_key = key
        self._wants_sandbox = sandbox
        self._profile = profile
        self._keychain = Keychain()
        self._settings_file = SettingsFile(folders.settings)
        self._settings = self._settings_file.read()
        self._draft_file = DraftFile(folders.drafts / "draft.json")
        self._session: Session | None = None
        self._child: SandboxProcess | None = None
        self._verbs: Verbs | None = None
        self._dialog: KeyDialog | None = None
        self._ended = asyncio.Event()
        self.composer = Composer(obstacle=CONNECTING)
        self._posters = Posters(theme.tokens)
        self._model = LibraryModel(self._posters, time.time, self._is_paused, self._usual)
        self.window = Window(
            theme,
            ComposerPanel(theme, self.composer, folders.media, self._picture_of),
            LibraryPanel(theme, self._model),
        )
        self._tasks = Tasks(self._complain)
        self._save_soon = QTimer(self.window, singleShot=True, interval=_SAVE_AFTER_MS)
        self._save_soon.timeout.connect(lambda: self._tasks.spawn(self._save_draft(), "save the draft"))
        self.window.restore_layout(self._settings.geometry, self._settings.splitter)
        self._connect_widgets()

    async def run(self, files: Sequence[Path] = ()) -> None:
        """Show the window, connect, and return once the user has closed it."""
        self.window.show()
        self._tasks.spawn(self._start(files), "start")
        await self._ended.wait()

    def _connect_widgets(self) -> None:
        self.composer.changed.connect(lambda _form: self._save_soon.start())
        self.window.close_asked.connect(self._close)
        self.window.composer.generate_requested.connect(self._generate)
        self.window.composer.key_wanted.connect(self._ask_for_key)
        self.window.top.key_asked.connect(self._ask_for_key)
        self.window.library.opened.connect(lambda job_id: self._do(job_id, "open"))
        self.window.library.verb_chosen.connect(self._do)
        self.window.viewer_verb.connect(self._do)

    async def _start(self, files: Sequence[Path]) -> None:
        await asyncio.sleep(0)  # the first paint comes before anything else
        await self._restore_draft(files)
        if self._wants_sandbox:
            await self._connect_to_sandbox()
        elif key := self._given_key or await asyncio.to_thread(self._keychain.read, self._profile):
            await self._connect_to_leonardo(key)
        else:
            self.composer.obstacle = NO_KEY
            self._ask_for_key(first_run=True)

    async def _restore_draft(self, files: Sequence[Path]) -> None:
        await asyncio.to_thread(self._folders.ensure)
        draft = await asyncio.to_thread(self._draft_file.load)
        if draft and self.composer.draft == Draft():  # what was typed meanwhile is newer
            self.composer.replace(draft)
        for file in files:
            from kling_desktop.reading import read_file

            reading = await asyncio.to_thread(read_file, str(file))
            self.composer.replace(replace(reading.draft, public=False))
            for _, sentence in reading.problems:
                self._complain(f"{file.name}: {sentence}")

    async def _connect_to_sandbox(self) -> None:
        from kling_desktop.session import SANDBOX_KEY, SandboxProcess

        await self._disconnect()
        self.window.top.show_sandbox(True)
        self._child = await asyncio.to_thread(SandboxProcess, self._folders.sandbox)
        await self._connect(self._child.service, SANDBOX_KEY, _SANDBOX_POLL)

    async def _connect_to_leonardo(self, key: Secret) -> None:
        from kling_desktop.session import Service

        await self._disconnect()
        self.window.top.show_sandbox(False)
        await self._connect(Service.leonardo(), key, None)

    async def _connect(self, service: "Service", key: Secret, poll: float | None) -> None:
        from kling_desktop.session import Session
        from kling_desktop.verbs import Verbs
        from kling_desktop.work.pace import Pace

        self.composer.obstacle = CONNECTING
        session = self._session = await Session.open(
            service, key, self._folders, profile=self._profile, origin="window", pace=Pace(poll)
        )
        self._verbs = Verbs(session, self.window, self._theme, self.composer, self._tasks, self._folders.cache)
        session.queue.changed.connect(self._show_job)
        session.queue.removed.connect(self._model.remove)
        session.queue.progress.connect(self._model.set_progress)
        session.queue.halted.connect(self._complain)
        await session.queue.start()
        self._model.set_jobs(session.queue.jobs)
        self.window.status.show_jobs(session.queue.jobs)
        self.composer.obstacle = ""
        self._tasks.spawn(self._show_account(session), "account")

    async def _disconnect(self) -> None:
        self.composer.obstacle = CONNECTING
        self._model.set_jobs(())
        session, self._session, self._verbs = self._session, None, None
        if session:
            await session.close()
        child, self._child = self._child, None
        if child:
            await asyncio.to_thread(child.close)

    async def _show_account(self, session: "Session") -> None:
        try:
            account = await session.client.account()
        except KlingError as error:
            log.info("the account can't be shown: %s", error)
            return
        self.window.top.show_account(account.name, account.credits)

    def _ask_for_key(self, *, first_run: bool = False) -> None:
        if self._dialog is None:
            dialog = self._dialog = KeyDialog(self._theme, self.window, first_run=first_run)
            dialog.key_given.connect(
                lambda text, untried: self._tasks.spawn(self._try_key(dialog, text, untried), "try the key")
            )
            dialog.sandbox_chosen.connect(lambda: self._choose_sandbox(dialog))
            dialog.finished.connect(self._forget_dialog)
            dialog.open()

    def _forget_dialog(self) -> None:
        if self._dialog:
            self._dialog.deleteLater()
            self._dialog = None

    def _choose_sandbox(self, dialog: KeyDialog) -> None:
        dialog.accept()
        if self._child is None:
            self._tasks.spawn(self._connect_to_sandbox(), "connect to the sandbox")

    async def _try_key(self, dialog: KeyDialog, text: str, untried: bool) -> None:
        """Clean the pasted key, try it at Leonardo, and keep it: "stored" is said only once it was read back."""
        from kling_desktop.api.client import Client
        from kling_desktop.api.keys import KeyState, clean_key, try_key
        from kling_desktop.session import Service

        try:
            key = Secret(clean_key(text))
        except NotUsable as error:
            dialog.show_verdict(str(error), may_keep=False)
            return
        if not untried:
            dialog.show_busy()
            client = Client(Service.leonardo().base, key)
            try:
                verdict = await try_key(client)
            finally:
                await client.aclose()
            if verdict.state is not KeyState.WORKS:
                dialog.show_verdict(verdict.sentence, may_keep=verdict.state is not KeyState.WRONG)
                return
        stored = await asyncio.to_thread(self._keychain.store, self._profile, key)
        dialog.accept()
        if stored:
            self.window.messages.tell(Message("The key is stored in this computer's keyring.", Tone.OK))
        else:
            self._complain(self._keychain.why_not())
        await self._connect_to_leonardo(key)

    def _generate(self) -> None:
        if self._session and self.composer.why_not is None:
            folder = self._settings.clips_folder or str(self._folders.clips)
            order = self._session.queue.add(self.composer.draft, folder, hold=self._settings.hold_seconds)
            self._tasks.spawn(order, "generate")

    def _do(self, job_id: str, verb: str) -> None:
        if self._verbs and (job := next((job for job in self._jobs if job.id == job_id), None)):
            self._verbs.do(job, verb)

    def _show_job(self, job: Job) -> None:
        self._model.put(job)
        self.window.status.show_jobs(self._jobs)
        if isinstance(job.state, states.Done) and self._session:
            self._tasks.spawn(self._show_account(self._session), "account")

    @property
    def _jobs(self) -> tuple[Job, ...]:
        return self._session.queue.jobs if self._session else ()

    def _is_paused(self, job_id: str) -> bool:
        return self._session is not None and self._session.queue.is_paused(job_id)

    def _usual(self, job: Job) -> float | None:
        return usual_seconds(job, self._jobs)

    def _picture_of(self, image: str) -> Path | None:
        """The poster of the clip with that image ID, where it is one of ours."""
        made = (job.state for job in self._jobs if isinstance(job.state, states.Done))
        return next((Path(done.poster_file) for done in made if done.image == image and done.poster_file), None)

    def _complain(self, sentence: str) -> None:
        self.window.messages.tell(Message(sentence, Tone.BAD, seconds=0))

    async def _save_draft(self) -> None:
        try:
            await asyncio.to_thread(self._draft_file.save, self.composer.draft)
        except OSError as error:
            self._complain(f"The form can't be saved: {error.strerror or error}. What you typed is kept in the window.")

    def _close(self) -> None:
        self._save_soon.stop()
        asyncio.get_running_loop().create_task(self._shut_down(), name="shut down")

    async def _shut_down(self) -> None:
        """In order: what was typed, what is on its way, what was started, what is seen."""
        self.window.setEnabled(False)
        geometry, splitter = self.window.layout_now()
        await self._tasks.close()
        await self._save_draft()
        try:
            settings = replace(self._settings, geometry=geometry, splitter=splitter)
            await asyncio.to_thread(self._settings_file.write, settings)
        except OSError as error:
            log.warning("the settings can't be saved: %s", error)
        self.window.close_clip()
        await self._disconnect()
        self._posters.close()
        self.window.close_for_good()
        self._ended.set()
