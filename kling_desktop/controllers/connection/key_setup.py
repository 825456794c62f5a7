"""Ask the user for the API key, try it, keep it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from kling_desktop.api.client import Client
from kling_desktop.api.key_check import KeyState, KeyVerdict, clean_key, try_key
from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.secret import Secret
from kling_desktop.store.keychain import Keychain
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message


class KeySetup:
    """One dialog at a time. use_key goes on with a key that was kept, use_sandbox without one. clips_folder tells
    where clips go, use_folder changes that: at the first run it is asked together with the key.
    """

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        keychain: Keychain,
        profile: str,
        connection: Connection,
        tasks: Tasks,
        *,
        use_key: Callable[[Secret], None],
        use_sandbox: Callable[[], None],
        clips_folder: Callable[[], Path],
        use_folder: Callable[[str], None],
    ) -> None:
        self._theme = theme
        self._window = window
        self._keychain = keychain
        self._profile = profile
        self._connection = connection
        self._tasks = tasks
        self._use_key = use_key
        self._use_sandbox = use_sandbox
        self._clips_folder = clips_folder
        self._use_folder = use_folder
        self._dialog: KeyDialog | None = None

    async def kept_key(self) -> Secret | None:
        """The profile's key from the keyring. It may wait for the user to unlock that."""
        return await asyncio.to_thread(self._keychain.read, self._profile)

    async def ask(self, *, first_run: bool = False, offers_sandbox: bool = True) -> None:
        """Open the dialog, unless it is open."""
        if self._dialog is not None:
            return
        dialog = self._dialog = KeyDialog(
            self._theme,
            self._window,
            first_run=first_run,
            offers_sandbox=offers_sandbox,
            folder=self._clips_folder(),
        )
        dialog.folder_chosen.connect(self._use_folder)
        dialog.key_submitted.connect(lambda text, untried: self._tasks.spawn(self._take(dialog, text, untried), "key"))
        dialog.sandbox_chosen.connect(lambda: self._leave_for_sandbox(dialog))
        dialog.finished.connect(self._forget_dialog)
        dialog.open()
        why_not = await asyncio.to_thread(self._keychain.why_not)
        if why_not and self._dialog is dialog:
            dialog.show_keeping(why_not)

    def close(self) -> None:
        if self._dialog:
            self._dialog.reject()

    def _forget_dialog(self) -> None:
        if self._dialog:
            self._dialog.deleteLater()
            self._dialog = None

    def _leave_for_sandbox(self, dialog: KeyDialog) -> None:
        dialog.accept()
        self._use_sandbox()

    async def _take(self, dialog: KeyDialog, text: str, untried: bool) -> None:
        """Clean the pasted key, try it, and keep it: "stored" is said only once it was read back."""
        try:
            key = Secret(clean_key(text))
        except UserError as error:
            dialog.show_verdict(str(error), may_keep=False)
            return
        if not untried:
            dialog.show_busy()
            verdict = await self._try(key)
            if self._dialog is not dialog:
                return  # left meanwhile: the key is not wanted
            if verdict.state is not KeyState.WORKS:
                dialog.show_verdict(verdict.sentence, may_keep=verdict.state is not KeyState.WRONG)
                return
        dialog.accept()
        self._tasks.spawn(self._keep(key), "keep the key", to_the_end=True)

    async def _try(self, key: Secret) -> KeyVerdict:
        client = Client(self._connection.leonardo.base, key)
        try:
            return await try_key(client)
        finally:
            await client.aclose()

    async def _keep(self, key: Secret) -> None:
        if await asyncio.to_thread(self._keychain.store, self._profile, key):
            message = Message("The key is stored in this computer's keyring.", Tone.OK)
        else:
            message = Message(await asyncio.to_thread(self._keychain.why_not), Tone.BAD, seconds=0)
        self._window.messages.post(message)
        self._use_key(key)
