"""What works behind the window for as long as it is open, and builds the rest for each session."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from kling_desktop.controllers.batch.batch import choose_table
from kling_desktop.controllers.code_page_choice import CodePageChoice
from kling_desktop.controllers.composer.snippets import SnippetController
from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.controllers.connection.connector import Connector
from kling_desktop.controllers.connection.key_setup import KeySetup
from kling_desktop.controllers.connection.profiles import ProfileController
from kling_desktop.controllers.data.data_dialog import DataController
from kling_desktop.controllers.deferred_calls import DeferredCalls
from kling_desktop.controllers.library.export import ClipExporter
from kling_desktop.controllers.library.search import SavedSearchController
from kling_desktop.controllers.maintenance import StorageCleanup
from kling_desktop.controllers.opened_files import OpenedFiles
from kling_desktop.controllers.presets.presets import PresetController
from kling_desktop.controllers.session_controllers import SessionControllers, WindowParts, session_controllers
from kling_desktop.controllers.settings.about import AboutController
from kling_desktop.controllers.settings.settings_dialog import SettingsDialogController
from kling_desktop.controllers.shell import AppShell
from kling_desktop.domain.profiles import find_profile
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.secret import Secret
from kling_desktop.services.batch.request_files import read_request
from kling_desktop.session import Service, Session
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.profiles import ProfileFile
from kling_desktop.ui.notifications.platform import system_notifier
from kling_desktop.ui.notifications.wake_lock import WakeLock
from kling_desktop.ui.shell.request_drop import RequestDrop
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class WindowControllers:
    """Built once the window has been painted. Arguments as Application's.

    session: the controllers of the session, once it is connected.
    """

    def __init__(
        self,
        shell: AppShell,
        profile: str | None = None,
        key: Secret | None = None,
        leonardo: Service | None = None,
        sandbox_options: Sequence[str] = (),
    ) -> None:
        self._shell = shell
        context = self._context = shell.context
        window, settings = context.window, context.settings
        self.session = DeferredCalls[SessionControllers]()
        profiles = ProfileFile(context.folders.profiles).read()
        profile = find_profile(profiles.names, profile) if profile else profiles.last
        self.connection = Connection(
            context.folders, profile, lambda: settings.price_settings, leonardo, sandbox_options
        )
        self.requests = RequestDrop(
            shell.menu,
            shell.composer,
            context.tasks,
            window.messages.post,
            lambda name, code_page: read_request(name, code_page=code_page),
            lambda slot, image: window.composer.sources.upload_of(slot, image),
            lambda file: _import_image(file, context.folders.media),
        )
        self._cleanup = StorageCleanup(context.folders, context.tasks)
        self._snippets = SnippetController(context)
        self._searches = SavedSearchController(context)
        self._exporter = ClipExporter(context)
        self._notifier = system_notifier(window)
        self._wake_lock = WakeLock()
        self.presets = PresetController(context, shell.preset_bar, shell.composer)
        self.connector = Connector(
            context,
            self.connection,
            shell.composer,
            self._work_on,
            show_disconnected=shell.clear_library,
            ask_for_key=self.ask_for_key,
        )
        keychain = Keychain()
        self._data = DataController(context, keychain)
        self.files = OpenedFiles(shell, self.requests, self._data.offer_restore)
        shell.menu.data.triggered.connect(self._data.open)
        self._key_setup = KeySetup(
            context,
            keychain,
            key,
            self.connection,
            shell.composer.form.spec.name,
            use_key=self.connector.to_leonardo,
            use_sandbox=self.enter_sandbox,
            go_on_without=self.connector.wait_for_key,
            profile_name=lambda: self.profiles.name_among_others,
        )
        self.profiles = ProfileController(context, self.connection, self.leave_sandbox)
        self.about = AboutController(context)
        shell.menu.about.triggered.connect(self.about.open)
        self._settings_dialog = SettingsDialogController(context, shell.composer.form.spec, self.ask_for_key)
        self._parts = WindowParts(
            shell, self.presets, self._exporter, self._notifier, self._wake_lock, self.ask_for_key, self.open_settings
        )
        # When the window stops listening, its session does, too.
        context.connections.on_close(lambda: self.session.call_now(SessionControllers.stop_listening))
        shell.library_model.preset_name = self.presets.heading_of
        window.take_requests(self.requests)
        window.composer.key_requested.connect(self.connector.unblock)
        self.presets.listen_to(shell.menu, self.requests)
        # A table that comes before there is a session waits for it.
        self.requests.table_dropped.connect(self._open_table)
        self.requests.table_pasted.connect(
            lambda text: self.session.call(lambda controllers: controllers.batch.open_text(text))
        )
        self._code_page = CodePageChoice(context)
        self.requests.code_page_requested.connect(
            lambda name, doubt: self._code_page.ask(name, doubt, self.requests.read_file)
        )
        shell.menu.order_table.triggered.connect(lambda: choose_table(window, self._open_table))

    async def open(self) -> None:
        """Read what is saved of snippets, searches and presets."""
        self._cleanup.start()
        await self._snippets.open()
        await self._searches.open()
        self._context.window.library.search.show_sort(self._context.settings.sort_order)
        await self.presets.open()

    async def connect(self, *, sandbox: bool, key_problem: str = "") -> None:
        """To the sandbox, or with the profile's key; or ask for one.

        A key that was meant for this run but can't be used is a problem to tell: another may be for another account.
        """
        if sandbox:
            self.connector.to_sandbox()
        elif key_problem:
            await self.connector.wait_for_key()
            self.profiles.show()
            self._context.messages.post(Message(key_problem, Tone.BAD, seconds=0))
        else:
            await self._connect_with_key(first_run=True)

    def enter_sandbox(self) -> None:
        """Connect to the sandbox, unless it is connected."""
        if not self.connection.in_sandbox:
            self.connector.to_sandbox()

    def leave_sandbox(self) -> None:
        """Connect with the key of the present profile, or ask for one."""
        self.connector.show_connecting(sandbox=False)
        self._context.tasks.spawn(self._connect_with_key(first_run=False), "connect with the profile's key")

    async def _connect_with_key(self, *, first_run: bool) -> None:
        profile = self.connection.profile
        key = await self._key_setup.find_key()
        if profile != self.connection.profile:
            return  # the user has gone on to another one
        if key:
            self.connector.to_leonardo(key)
        else:
            await self.connector.wait_for_key()
            self.profiles.show()
            if problem := self._key_setup.keyring_problem:
                self._context.messages.post(Message(problem, Tone.BAD, "Try again", self.leave_sandbox, seconds=0))
            else:
                await self._key_setup.ask(first_run=first_run)

    def ask_for_key(self) -> None:
        self._context.tasks.spawn(self._key_setup.ask(), "ask for the key")

    def open_settings(self) -> None:
        self._settings_dialog.open()

    async def close(self) -> None:
        """Cancel the exports, then end the session, resumably."""
        try:
            await self._exporter.close()
            await self.connector.leave()
        finally:
            self._wake_lock.close()
            self._notifier.close()  # whatever has gone wrong: its threads would outlive the window

    @asynccontextmanager
    async def _work_on(self, session: Session) -> AsyncIterator[None]:
        self.profiles.show()
        async with session_controllers(session, self._parts) as controllers:
            self.session.resolve(controllers)
            try:
                yield
            finally:
                self.session.withdraw()

    def _open_table(self, name: str) -> None:
        self.session.call(lambda controllers: controllers.batch.open_file(name))


def _import_image(file: str, folder: Path) -> LocalImage:
    from kling_desktop.media.image.import_copy import import_image  # takes time, and runs in a thread

    return import_image(Path(file), folder).as_local_image
