"""The window and what stands behind it, tied together: connecting, generating, saving, ending."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.app.connection import Connection
from kling_desktop.app.form.clearing import Clearing
from kling_desktop.app.form.fetching import Fetching
from kling_desktop.app.form.form_keeping import FormKeeping
from kling_desktop.app.form.going_on import GoingOn
from kling_desktop.app.form.looking_up import LookingUp
from kling_desktop.app.form.recents_keeping import RecentsKeeping
from kling_desktop.app.form.snippet_keeping import SnippetKeeping
from kling_desktop.app.form.uploading import Uploading
from kling_desktop.app.jobs.batches import Batches
from kling_desktop.app.jobs.editing_queued import EditingQueued
from kling_desktop.app.jobs.jobs_shown import JobsShown
from kling_desktop.app.jobs.money import Money
from kling_desktop.app.jobs.money_shown import MoneyShown
from kling_desktop.app.jobs.queue_shown import QueueShown
from kling_desktop.app.key_asking import KeyAsking
from kling_desktop.app.library.files_kept import FilesKept
from kling_desktop.app.library.handing_over import HandingOver
from kling_desktop.app.library.library_desk import LibraryDesk
from kling_desktop.app.notifying import Notifying
from kling_desktop.app.preferences import Preferences
from kling_desktop.app.presets.preset_keeping import PresetKeeping
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.job import Job
from kling_desktop.domain.order import Order
from kling_desktop.domain.secret import Secret
from kling_desktop.store.drafts import DraftFile
from kling_desktop.store.folders import Folders, clips_below
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.recents import RecentsFile
from kling_desktop.store.settings import SettingsFile
from kling_desktop.store.snippets import SnippetFile
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.form_menu import FormMenu
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.notifying.notifier import system_notifier
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window
from kling_desktop.work.composer import Composer

if TYPE_CHECKING:
    from kling_desktop.app.verbs import Verbs
    from kling_desktop.domain.body import Reading
    from kling_desktop.session import Service, Session

log = logging.getLogger(__name__)

NO_KEY = "Add your API key first"
KEY_OR_SANDBOX = "Add your API key, or try the sandbox: the link above leads to both."
CONNECTING = "Connecting…"
NOT_CONNECTED = "Not connected. Try again"
_FIRST_SIGHT = 0.1
"""Seconds for the first clips and their pictures to be painted in."""
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
        self._session: Session | None = None
        self._verbs: Verbs | None = None
        self._mend: Callable[[], None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._one_connection = asyncio.Lock()
        self._ended = asyncio.Event()
        self.composer = Composer(obstacle=CONNECTING)
        self._tasks = Tasks(self.complain)
        self._shown = JobsShown(theme.tokens, self._tasks)
        self._queue_shown = QueueShown(theme, self._tasks)
        self._money_shown = MoneyShown(self._shown)
        self.window = Window(
            theme,
            ComposerPanel(
                theme,
                self.composer,
                folders.media,
                picture_of=lambda media_id: self._shown.picture_of(media_id) or self._looking_up.picture_of(media_id),
                quote_of=self._money_shown.quote_of,
                earlier_prompts=self._shown.earlier_prompts,
                clips=self._shown.clips,
                fetch=lambda address, name, done: self._fetching.begin(address, name, done),
                upload_of=lambda slot, image: self._uploading.state_of(slot, image),
            ),
            LibraryPanel(theme, self._shown.model),
            self._queue_shown.below,
        )
        self._queue_shown.show_in(self.window)
        self._notifying = Notifying(self.window, system_notifier(self.window), lambda job_id: self._do(job_id, "open"))
        self._looking_up = LookingUp(
            self.composer,
            self._tasks,
            lambda sentence: self.window.messages.tell(Message(sentence, Tone.ACCENT)),
            self.window.composer.pictures.loaded.emit,
        )
        self._fetching = Fetching(self._tasks)
        self._uploading = Uploading(self.composer, self._tasks, self.window.composer.show_uploads)
        self._form_menu = FormMenu(self.window, self.composer, self._tasks, self.window.messages.tell, _read_file)
        self.window.show_form_menu(self._form_menu)
        self._going_on = GoingOn(self.composer, self.window, folders.media)
        self._handing_over = HandingOver(
            theme, self.window, self._tasks, lambda: self._preferences.clip_names, self._shown.find_job
        )
        self._connection = Connection(folders, profile, lambda: self._preferences.terms, leonardo, sandbox_options)
        self._key = KeyAsking(
            theme,
            self.window,
            Keychain(),
            profile,
            self._connection,
            self._tasks,
            use_key=self._use_key,
            use_sandbox=self._use_sandbox,
            clips_folder=lambda: self._preferences.clips_folder,
            use_folder=lambda folder: self._preferences.use_folder(folder),
        )
        draft = DraftFile(folders.drafts / "draft.json")
        self._form = FormKeeping(self.composer, self.window.composer, draft, self._tasks, self.complain, self.window)
        self.presets = PresetKeeping(theme, self.window, self.composer, self._tasks, folders, self._shown.made_with)
        self.presets.follow(self._form_menu)
        self._clearing = Clearing(folders, self._tasks)
        self._recents = RecentsKeeping(self.window.composer.recents, RecentsFile(folders.recents), self._tasks)
        self._snippets = SnippetKeeping(self.window, SnippetFile(folders.snippets), self._tasks)
        settings = SettingsFile(folders.settings)
        self._preferences = Preferences(theme, self.window, settings, folders.clips, self._tasks)
        self._library = LibraryDesk(
            self.window, self._shown, folders.searches, self.presets.presets.get, self._going_on, self._tasks
        )
        self._files = FilesKept(
            theme, self.window, self._tasks, folders.posters, lambda: Path(self._clips_folder), folders.import_wish
        )
        self._money = Money(
            theme, self.window, self._tasks, self._money_shown, self._preset_called, self._ask_for_settings
        )
        self._batches = Batches(
            theme,
            self.window,
            self._tasks,
            folders.media,
            lambda: self.presets.presets.all,
            lambda chosen: self._money_shown.left_after(chosen.prices),
            lambda orders: self._order_all(orders, self._clips_folder),
        )
        self._batches.listen_to(self._form_menu)
        self._money.listen_to(self._form_menu)
        self._connect_widgets()

    async def run(self, files: Sequence[Path] = ()) -> None:
        """Show the window, connect, and return once the user has closed it."""
        self.window.show()
        self._tasks.spawn(self._start(files), "start")
        await self._ended.wait()

    def call(self, files: Sequence[Path], place: str = "") -> None:
        """Another start wanted a window: here it is, with what that was to open.

        place: where this one works, if the other was to work elsewhere.
        """
        self.window.come_to_front()
        for file in files:
            self._form_menu.read_file(str(file))
        if place:
            sentence = f"This window was open already, {place}. Close it to start in another way."
            self.window.messages.tell(Message(sentence, Tone.ACCENT, seconds=0))

    def complain(self, sentence: str) -> None:
        """Tell of something that went wrong, until the user closes the message."""
        self.window.messages.tell(Message(sentence, Tone.BAD, seconds=0))

    def _connect_widgets(self) -> None:
        self._shown.counted.connect(self.window.status.show_clips)
        self.window.library.grid.chosen_changed.connect(self.window.status.show_chosen)
        self._shown.pictures_came.connect(self.window.composer.pictures.loaded)
        self._queue_shown.verb_chosen.connect(self._do)
        self._queue_shown.retried.connect(self._retry)
        self._shown.ended.connect(self._show_account)
        self.window.close_asked.connect(self._close)
        self.window.composer.generate_requested.connect(self._generate)
        self.window.composer.generate_first_requested.connect(lambda: self._generate(front=True))
        self.window.composer.upload_wanted.connect(self._uploading.again)
        self.window.composer.key_wanted.connect(self._clear_the_way)
        self.window.top.key_asked.connect(self._ask_for_key)
        self.window.top.settings_asked.connect(self._ask_for_settings)
        self._preferences.money_changed.connect(self._money_shown.look)
        self._preferences.folder_changed.connect(self._take_along)
        self.window.library.opened.connect(lambda job_id: self._do(job_id, "open"))
        self.window.library.verb_chosen.connect(self._do)
        self.window.library.order_chosen.connect(self._preferences.use_order)
        self.window.viewer_verb.connect(self._do)

    async def _start(self, files: Sequence[Path]) -> None:
        await asyncio.sleep(0)  # the first paint comes before anything else
        if self._preferences.trouble:
            self.complain(self._preferences.trouble)
        await self._form.restore()
        for file in files:
            self._form_menu.read_file(str(file))
        await asyncio.to_thread(_import_the_rest)
        await self._recents.restore()
        self._clearing.begin()
        await self._snippets.open()
        await self._library.open()
        self.window.library.finder.show_sort(self._preferences.order)
        await self.presets.open(new_draft=self.composer.draft == Draft())
        if self._wants_sandbox:
            self._use_sandbox()
        elif key := self._given_key or await self._key.kept_key():
            self._use_key(key)
        else:
            self.composer.obstacle = NO_KEY
            self._mend = self._ask_for_key
            self.window.top.show_key_missing(True)
            self.window.library.grid.show_next_step(KEY_OR_SANDBOX)
            await self._key.ask(first_run=True)

    def _use_sandbox(self) -> None:
        self._connect(self._connection.to_sandbox, sandbox=True)

    def _use_key(self, key: Secret) -> None:
        self._connect(lambda: self._connection.to_leonardo(key), sandbox=False)

    def _connect(self, opening: Callable[[], "Coroutine[Any, Any, Session]"], *, sandbox: bool) -> None:
        self._mend = None
        self.window.messages.drop_actions()
        self.composer.obstacle = CONNECTING
        self.window.top.show_key_missing(False)
        self.window.library.grid.show_next_step()
        self.window.top.show_sandbox(sandbox)
        self.window.top.show_account("", None)
        again = partial(self._connect, opening, sandbox=sandbox)
        self._tasks.spawn(self._go_on_with(opening, again), "connect", to_the_end=True)

    async def _go_on_with(
        self, opening: Callable[[], "Coroutine[Any, Any, Session]"], again: Callable[[], None]
    ) -> None:
        async with self._one_connection:
            await self._leave()
            try:
                session = await opening()
                await self._carry_on(session)
            except KlingError as error:
                self._shown.leave()
                self._mend = again
                self.composer.obstacle = NOT_CONNECTED
                self.window.messages.tell(Message(str(error), Tone.BAD, "Try again", again, seconds=0))
                return
            self.composer.obstacle = ""
        self._tasks.spawn(self._look_further(session), "look further")
        self._show_account()

    async def _leave(self) -> None:
        """Nobody does anything with a session any more."""
        self._session = self._verbs = None
        self._looking_up.follow(None)
        self._uploading.follow(None)
        self._money.follow(None)
        self._batches.follow(None)
        self._handing_over.follow(None, lambda _job, _verb: None)
        self._library.leave()
        self._recents.follow("")
        self._queue_shown.follow(None)
        self._notifying.follow(None)
        await self._files.close()

    async def _look_further(self, session: "Session") -> None:
        """What grows with the number of clips, once what is in sight has been painted."""
        await asyncio.sleep(_FIRST_SIGHT)
        if session is self._session:
            self._shown.show_rest()
            await session.queue.learn()

    async def _carry_on(self, session: "Session") -> None:
        from kling_desktop.app.verbs import Verbs

        verbs = Verbs(
            session,
            self.window,
            self._theme,
            self._tasks,
            self._folders.cache,
            lambda orders: self._order_all(orders, self._clips_folder),
            self._going_on,
            self._handing_over.deeds,
            self._ask_for_key,
            self._files.verbs,
            EditingQueued(session.queue, self.composer, self._form, self.window, self._tasks),
        )
        session.queue.halted.connect(verbs.tell_stopped)
        await session.queue.start(learn=False)
        self._session, self._verbs = session, verbs
        await self._shown.follow(session.queue, session.library)
        self._queue_shown.follow(session.queue)
        self._queue_shown.tell_of_paused()
        self._notifying.follow(session.queue)
        self._looking_up.follow(session.lookups)
        self._uploading.follow(session.queue.uploads)
        self._money.follow(session)
        self._batches.follow(session)
        self._handing_over.follow(session.library, verbs.do)
        self._library.follow(session)
        self._recents.follow(session.queue.account)
        self._files.follow(session)

    def _show_account(self) -> None:
        if self._session:
            self._tasks.spawn(self._ask_account(self._session), "account")

    async def _ask_account(self, session: "Session") -> None:
        try:
            account = await session.client.account()
        except KlingError as error:
            log.info("the account can't be shown: %s", error)
            return
        if account.slots:
            session.queue.unsent.allow_at_once(account.slots)
        if session is self._session:
            self.window.top.show_account(account.name, account.credits)
            self._money_shown.show_balance(account.credits)

    def _ask_for_key(self) -> None:
        self._tasks.spawn(self._key.ask(offers_sandbox=not self._in_sandbox), "ask for the key")

    def _preset_called(self, preset_id: str) -> str:
        preset = self.presets.presets.get(preset_id)
        return preset.name if preset else ""

    def _ask_for_settings(self) -> None:
        self._preferences.ask(self._ask_for_key, self._money_shown.learned)

    def _clear_the_way(self) -> None:
        """What Generate waits for beside the form."""
        if self._mend:
            self._mend()

    def _generate(self, *, front: bool = False) -> None:
        if self.composer.why_not is None:
            self.presets.remember(self.composer.draft)
            self._order(self.composer.draft, self._clips_folder, front=front)

    @property
    def _clips_folder(self) -> str:
        return str(clips_below(self._preferences.clips_folder, sandbox=self._in_sandbox))

    @property
    def _in_sandbox(self) -> bool:
        return self._session is not None and self._session.service.is_sandbox

    def _order(self, draft: Draft, folder: str, *, front: bool = False) -> None:
        """Every order can be taken back for some seconds, whichever button it came from. front: it is sent before all
        that wait.
        """
        order = Order(draft, self._preset_called(draft.preset))
        self._order_all([order], folder, front=front)

    def _order_all(self, orders: Sequence[Order], folder: str, *, front: bool = False) -> None:
        self._money.ordering.order(
            orders,
            folder,
            hold=self._preferences.hold_seconds,
            front=front,
            naming=self._preferences.clip_names,
        )

    def _retry(self, jobs: Sequence[Job]) -> None:
        if self._verbs:
            self._verbs.retry(jobs)

    def _do(self, job_id: str, verb: str) -> None:
        if self._verbs and (job := self._shown.job(job_id)):
            self._verbs.do(job, verb)
        elif self._verbs:
            self._tasks.spawn(self._find_and_do(self._verbs, job_id, verb), f"{verb} {job_id}")

    async def _find_and_do(self, verbs: "Verbs", job_id: str, verb: str) -> None:
        """What a viewer shows need not be among the clips that are listed."""
        if (job := await self._shown.find_job(job_id)) and verbs is self._verbs:
            verbs.do(job, verb)

    def _take_along(self, before: Path) -> None:
        old = clips_below(before, sandbox=self._in_sandbox)
        self._money.ordering.take_along(str(old), self._clips_folder)

    def _close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._shut_down(), name="shut down")

    async def _shut_down(self) -> None:
        """In order: what was typed, what is on its way, what was started, what is seen."""
        try:
            self.window.close_clip()
            self._key.close()
            self._money.close()
            self._batches.close()
            self.presets.close()
            self.window.setEnabled(False)
            await self._form.save()
            await self._tasks.close()
            await self._handing_over.close()
            await self._leave()  # a connection that was just being made may have come into being meanwhile
            await self._preferences.close()
            await self._connection.close()
        finally:
            self._notifying.close()
            self.window.library.shut()
            self._shown.close()
            self.window.close_for_good()
            self._ended.set()


def _read_file(name: str) -> "Reading":
    from kling_desktop.reading import read_file  # the reader of clips: only for those who give one

    return read_file(name)


def _import_the_rest() -> None:
    """What the first paint does without, half a second of it: on a thread, so that the window answers meanwhile."""
    import kling_desktop.app.verbs
    import kling_desktop.session  # noqa: F401
