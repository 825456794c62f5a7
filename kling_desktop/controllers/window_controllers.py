"""What works behind the window: a desk for each of its areas, and the connection that they all follow."""

from collections.abc import Sequence
from pathlib import Path

from kling_desktop.controllers.action_dispatch import ActionDispatcher
from kling_desktop.controllers.composer.snippets import SnippetController
from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.controllers.connection.connector import Connector
from kling_desktop.controllers.connection.key_setup import KeySetup
from kling_desktop.controllers.job_actions import JobActions
from kling_desktop.controllers.jobs.jobs import JobsDesk
from kling_desktop.controllers.jobs.pending_edit import PendingJobEditor
from kling_desktop.controllers.library.clip_reuse import ClipReuse
from kling_desktop.controllers.library.library import LibraryDesk
from kling_desktop.controllers.maintenance import StorageCleanup
from kling_desktop.controllers.presets.presets import PresetController
from kling_desktop.controllers.settings.settings_dialog import SettingsDialogController
from kling_desktop.controllers.shell import AppShell
from kling_desktop.domain.secret import Secret
from kling_desktop.services.batch.request_files import read_file
from kling_desktop.session import Service, Session
from kling_desktop.store.folders import clips_folder
from kling_desktop.store.keychain import Keychain
from kling_desktop.ui.shell.request_drop import RequestDrop


class WindowControllers:
    """Made once the window has been painted. Arguments as Desktop's."""

    def __init__(
        self, front: AppShell, profile: str, leonardo: Service | None = None, sandbox_options: Sequence[str] = ()
    ) -> None:
        self._front = front
        context = self._context = front.context
        window, tasks, folders = context.window, context.tasks, context.folders
        composer, settings = front.composer, context.settings
        self._connection = Connection(folders, profile, lambda: settings.price_settings, leonardo, sandbox_options)
        self.actions = ActionDispatcher(self._actions_of)

        self.requests = RequestDrop(front.menu, composer, tasks, window.messages.post, read_file)
        self._going_on = ClipReuse(composer, window, folders.media)
        self._snippets = SnippetController(context)
        self._clearing = StorageCleanup(context)

        self.presets = PresetController(context, front.form.preset, composer, front.jobs.made_with)
        self._jobs = JobsDesk(front, self.presets, self._clips_folder, self.ask_for_settings, self.actions.open)
        self._library = LibraryDesk(front, self.presets, self._clips_folder, self.actions)

        self.connector = Connector(
            self._connection,
            composer,
            window,
            tasks,
            followers=(self._jobs, front.form, self._library, self.actions),
            not_connected=front.jobs.leave,
            ask_for_key=self.ask_for_key,
        )
        self._key = KeySetup(
            context,
            Keychain(),
            profile,
            self._connection,
            composer.form.spec.name,
            use_key=self.connector.to_leonardo,
            use_sandbox=self.connector.to_sandbox,
        )
        self._settings_dialog = SettingsDialogController(context, self.ask_for_key, lambda: front.prices.learned)
        self._listen()

    def _listen(self) -> None:
        window = self._context.window
        window.take_requests(self.requests)
        window.composer.key_requested.connect(self.connector.clear_the_way)
        for view in (window.library, window.below.queue):
            view.action_requested.connect(self.actions.dispatch)
        self._context.settings.folder_changed.connect(self._take_along)
        self.presets.listen_to(self._front.menu, self.requests)
        self._jobs.listen_to(self.requests)

    async def open(self) -> None:
        """Read what is kept of snippets, searches and presets."""
        self._clearing.start()
        await self._snippets.open()
        await self._library.open()
        await self.presets.open()

    async def connect(self, key: Secret | None, *, sandbox: bool) -> None:
        """To the sandbox, or with the key, or with the one in the keyring; or ask for one."""
        if sandbox:
            self.connector.to_sandbox()
        elif key := key or await self._key.stored_key():
            self.connector.to_leonardo(key)
        else:
            self.connector.wait_for_key()
            await self._key.ask(first_run=True)

    def ask_for_key(self) -> None:
        self._context.tasks.spawn(self._key.ask(), "ask for the key")

    def ask_for_settings(self) -> None:
        self._settings_dialog.open()

    def close_questions(self) -> None:
        """Nothing is asked any more, and nothing looked for."""
        self._context.connections.close()
        self._jobs.close()

    async def close(self) -> None:
        """End the session, resumably, once nothing is handed on any more."""
        await self._library.close()
        await self.connector.leave()
        await self._connection.close()

    def end(self) -> None:
        """Whatever has gone wrong."""
        self._jobs.end()

    def _actions_of(self, session: Session) -> JobActions:
        front, context, library = self._front, self._context, self._library
        return JobActions(
            session,
            context,
            front.jobs,
            self._jobs.order,
            self._going_on,
            library.exporter,
            library.review,
            library.files,
            PendingJobEditor(session.queue, front.composer, front.autosave, context.window, context.tasks),
            self.ask_for_key,
        )

    def _clips_folder(self) -> Path:
        """Where clips go: the sandbox's to a place of their own."""
        return clips_folder(self._context.settings.clips_folder, sandbox=self._connection.in_sandbox)

    def _take_along(self, before: Path) -> None:
        self._jobs.take_along(clips_folder(before, sandbox=self._connection.in_sandbox))
