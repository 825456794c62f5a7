"""The window and what stands behind it, tied together: connecting, generating, saving, ending."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from kling_desktop.connection import Connection
from kling_desktop.domain import states
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.job import Job
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.usual import usual_seconds
from kling_desktop.key_asking import KeyAsking
from kling_desktop.store.drafts import DraftFile
from kling_desktop.store.folders import Folders
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.settings import SettingsFile
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.form_menu import FormMenu
from kling_desktop.ui.library.model import LibraryModel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.library.posters import Posters
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Scheme, Theme, Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window
from kling_desktop.work.composer import Composer

if TYPE_CHECKING:
    from kling_desktop.session import Service, Session
    from kling_desktop.verbs import Verbs

log = logging.getLogger(__name__)

_SAVE_AFTER_MS = 500
_SCHEMES: Mapping[str, Scheme] = {"dark": "dark", "light": "light"}
NO_KEY = "Add your API key first"
CONNECTING = "Connecting…"
NOT_CONNECTED = "Not connected. Try again"
FAULT = "Something went wrong in the app. It is noted in the log; what you entered is kept."


class Desktop:
    """Everything of one run of the window. run() returns when the user has closed it and all is put away.

    key: one for this run alone, before any in the keyring. leonardo and sandbox_options as Connection's.
    """

    def __init__(
        self,
        theme: Theme,
        folders: Folders,
        *,
        key: Secret | None = None,
        sandbox: bool = False,
        profile: str = "default",
        leonardo: "Service | None" = None,
        sandbox_options: Sequence[str] = (),
    ) -> None:
        self._theme = theme
        self._folders = folders
        self._given_key = key
        self._wants_sandbox = sandbox
        self._settings_file = SettingsFile(folders.settings)
        self._settings = self._settings_file.read()
        self._draft_file = DraftFile(folders.drafts / "draft.json")
        self._session: Session | None = None
        self._verbs: Verbs | None = None
        self._mend: Callable[[], None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._one_connection = asyncio.Lock()
        self._ended = asyncio.Event()
        self.composer = Composer(obstacle=CONNECTING)
        self._posters = Posters(theme.tokens)
        self._model = LibraryModel(self._posters, time.time, self._is_paused, self._usual)
        self.window = Window(
            theme,
            ComposerPanel(theme, self.composer, folders.media, self._picture_of),
            LibraryPanel(theme, self._model),
        )
        self._tasks = Tasks(self.complain)
        self._form_menu = FormMenu(self.window, self.composer, self._tasks, self.window.messages.tell)
        self.window.top.show_form_menu(self._form_menu)
        self._connection = Connection(folders, profile, leonardo, sandbox_options)
        self._key = KeyAsking(
            theme,
            self.window,
            Keychain(),
            profile,
            self._connection,
            self._tasks,
            use_key=self._use_key,
            use_sandbox=self._use_sandbox,
        )
        self._save_soon = QTimer(self.window, singleShot=True, interval=_SAVE_AFTER_MS)
        self._save_soon.timeout.connect(lambda: self._tasks.spawn(self._save_draft(), "save the draft"))
        theme.force(_SCHEMES.get(self._settings.theme))
        self.window.restore_layout(self._settings.geometry, self._settings.splitter)
        self._connect_widgets()

    async def run(self, files: Sequence[Path] = ()) -> None:
        """Show the window, connect, and return once the user has closed it."""
        self.window.show()
        self._tasks.spawn(self._start(files), "start")
        await self._ended.wait()

    def complain(self, sentence: str) -> None:
        """Tell of something that went wrong, until the user closes the message."""
        self.window.messages.tell(Message(sentence, Tone.BAD, seconds=0))

    def _connect_widgets(self) -> None:
        self.composer.changed.connect(lambda _form: self._save_soon.start())
        self.window.close_asked.connect(self._close)
        self.window.composer.generate_requested.connect(self._generate)
        self.window.composer.key_wanted.connect(self._clear_the_way)
        self.window.top.key_asked.connect(self._ask_for_key)
        self.window.library.opened.connect(lambda job_id: self._do(job_id, "open"))
        self.window.library.verb_chosen.connect(self._do)
        self.window.viewer_verb.connect(self._do)

    async def _start(self, files: Sequence[Path]) -> None:
        await asyncio.sleep(0)  # the first paint comes before anything else
        await self._restore_draft()
        for file in files:
            await self._take_in(file)
        if trouble := self._settings_file.trouble or self._draft_file.trouble:
            self.complain(trouble)
        await asyncio.to_thread(_import_the_rest)
        if self._wants_sandbox:
            self._use_sandbox()
        elif key := self._given_key or await self._key.kept_key():
            self._use_key(key)
        else:
            self.composer.obstacle = NO_KEY
            self._mend = self._ask_for_key
            await self._key.ask(first_run=True)

    async def _restore_draft(self) -> None:
        left = await asyncio.to_thread(self._draft_file.load)
        if left and self.composer.draft == Draft():  # what was typed meanwhile is newer
            self.composer.restore(*left)

    async def _take_in(self, file: Path) -> None:
        """Fill in the form from a file that the app was started with."""
        from kling_desktop.reading import read_file

        try:
            self._form_menu.take(await asyncio.to_thread(read_file, str(file)))
        except KlingError as error:
            self.complain(f"{file.name}: {error}")

    def _use_sandbox(self) -> None:
        self._connect(self._connection.to_sandbox, sandbox=True)

    def _use_key(self, key: Secret) -> None:
        self._connect(lambda: self._connection.to_leonardo(key), sandbox=False)

    def _connect(self, opening: Callable[[], "Coroutine[Any, Any, Session]"], *, sandbox: bool) -> None:
        self._mend = None
        self.composer.obstacle = CONNECTING
        self.window.top.show_sandbox(sandbox)
        self.window.top.show_account("", None)
        again = partial(self._connect, opening, sandbox=sandbox)
        self._tasks.spawn(self._go_on_with(opening, again), "connect", to_the_end=True)

    async def _go_on_with(
        self, opening: Callable[[], "Coroutine[Any, Any, Session]"], again: Callable[[], None]
    ) -> None:
        async with self._one_connection:
            self._session = self._verbs = None
            try:
                session = await opening()
                await self._carry_on(session)
            except KlingError as error:
                self._show_jobs()
                self._mend = again
                self.composer.obstacle = NOT_CONNECTED
                self.window.messages.tell(Message(str(error), Tone.BAD, "Try again", again, seconds=0))
                return
            self.composer.obstacle = ""
        self._tasks.spawn(self._show_account(session), "account")

    async def _carry_on(self, session: "Session") -> None:
        from kling_desktop.verbs import Verbs

        queue = session.queue
        queue.changed.connect(self._show_job)
        queue.removed.connect(self._forget_job)
        queue.progress.connect(self._model.set_progress)
        queue.halted.connect(self.complain)
        await queue.start()
        self._session = session
        self._verbs = Verbs(
            session, self.window, self._theme, self.composer, self._tasks, self._folders.cache, self._order
        )
        self._show_jobs()

    async def _show_account(self, session: "Session") -> None:
        try:
            account = await session.client.account()
        except KlingError as error:
            log.info("the account can't be shown: %s", error)
            return
        if session is self._session:
            self.window.top.show_account(account.name, account.credits)

    def _ask_for_key(self) -> None:
        self._tasks.spawn(self._key.ask(first_run=False), "ask for the key")

    def _clear_the_way(self) -> None:
        """What Generate waits for beside the form."""
        if self._mend:
            self._mend()

    def _generate(self) -> None:
        if self.composer.why_not is None:
            self._order(self.composer.draft, self._clips_folder)

    @property
    def _clips_folder(self) -> str:
        """The sandbox's clips lie apart from those that were paid for."""
        folder = Path(self._settings.clips_folder or self._folders.clips)
        return str(folder / "Sandbox" if self._session and self._session.service.is_sandbox else folder)

    def _order(self, draft: Draft, folder: str) -> None:
        """Every order can be taken back for some seconds, whichever button it came from."""
        if self._session:
            order = self._session.queue.add(draft, folder, hold=self._settings.hold_seconds)
            self._tasks.spawn(order, "generate", to_the_end=True)

    def _do(self, job_id: str, verb: str) -> None:
        if self._verbs and (job := next((job for job in self._jobs if job.id == job_id), None)):
            self._verbs.do(job, verb)

    def _show_jobs(self) -> None:
        self._model.set_jobs(self._jobs)
        self.window.status.show_jobs(self._jobs)

    def _show_job(self, job: Job) -> None:
        self._model.put(job)
        self.window.status.show_jobs(self._jobs)
        if job.ended and self._session:
            self._tasks.spawn(self._show_account(self._session), "account")

    def _forget_job(self, job_id: str) -> None:
        self._model.remove(job_id)
        self.window.status.show_jobs(self._jobs)

    @property
    def _jobs(self) -> tuple[Job, ...]:
        return self._session.queue.jobs if self._session else ()

    def _is_paused(self, job_id: str) -> bool:
        return self._session is not None and self._session.queue.is_paused(job_id)

    def _usual(self, job: Job) -> float | None:
        return usual_seconds(job, self._jobs) if isinstance(job.state, states.Generating) else None

    def _picture_of(self, image: str) -> Path | None:
        """The poster of the clip with that image ID, where it is one of ours."""
        made = (job.state for job in self._jobs if isinstance(job.state, states.Done))
        return next((Path(done.poster_file) for done in made if done.image == image and done.poster_file), None)

    async def _save_draft(self) -> None:
        try:
            await asyncio.to_thread(self._draft_file.save, self.composer.draft, self.composer.history)
        except OSError as error:
            self.complain(f"The form can't be saved: {error.strerror or error}. What you typed is kept in the window.")

    def _close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._shut_down(), name="shut down")

    async def _shut_down(self) -> None:
        """In order: what was typed, what is on its way, what was started, what is seen."""
        try:
            self._save_soon.stop()
            geometry, splitter = self.window.layout_now()
            self.window.close_clip()
            self._key.close()
            self.window.setEnabled(False)
            await self._save_draft()
            await self._tasks.close()
            await self._save_layout(geometry, splitter)
            await self._connection.close()
        finally:
            self._posters.close()
            self.window.close_for_good()
            self._ended.set()

    async def _save_layout(self, geometry: str, splitter: tuple[int, ...]) -> None:
        settings = replace(self._settings, geometry=geometry, splitter=splitter)
        try:
            await asyncio.to_thread(self._settings_file.write, settings)
        except OSError as error:
            log.warning("the settings can't be saved: %s", error)


def _import_the_rest() -> None:
    """What the first paint does without, half a second of it: on a thread, so that the window answers meanwhile."""
    import kling_desktop.session
    import kling_desktop.verbs  # noqa: F401
