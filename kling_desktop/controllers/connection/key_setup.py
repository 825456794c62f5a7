"""Asks the user for the API key, checks it, and stores it."""

import asyncio
from collections.abc import Callable

from kling_desktop.api.client import Client
from kling_desktop.api.key_check import KeyCheckResult, KeyState, check_key, clean_key
from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.secret import Secret
from kling_desktop.store.keychain import Keychain
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class KeySetup:
    """Continues with `use_key` once a key is stored, or with `use_sandbox` without one.

    At the first run it asks for the folder for clips, too.
    """

    def __init__(
        self,
        context: AppContext,
        keychain: Keychain,
        profile: str,
        connection: Connection,
        model_name: str,
        *,
        use_key: Callable[[Secret], None],
        use_sandbox: Callable[[], None],
    ) -> None:
        self._context = context
        self._keychain = keychain
        self._profile = profile
        self._connection = connection
        self._model_name = model_name
        self._use_key = use_key
        self._use_sandbox = use_sandbox
        self._slot = DialogSlot[KeyDialog](context.connections)

    async def stored_key(self) -> Secret | None:
        """The profile's key from the keyring. It may wait for the user to unlock that."""
        return await asyncio.to_thread(self._keychain.read, self._profile)

    async def ask(self, *, first_run: bool = False) -> None:
        """Open the dialog, unless it is open."""
        if self._slot.is_open:
            return
        settings = self._context.settings
        dialog = KeyDialog(
            self._context.theme,
            self._context.window,
            first_run=first_run,
            offers_sandbox=not self._connection.in_sandbox,
            folder=settings.clips_folder,
        )
        dialog.folder_chosen.connect(settings.set_clips_folder)
        dialog.key_submitted.connect(
            lambda text, untried: self._context.tasks.spawn(self._take(dialog, text, untried), "key")
        )
        dialog.sandbox_chosen.connect(lambda: self._leave_for_sandbox(dialog))
        self._slot.open(dialog)
        why_not = await asyncio.to_thread(self._keychain.storage_problem)
        if why_not and self._slot.dialog is dialog:
            dialog.show_keeping(why_not)

    def _leave_for_sandbox(self, dialog: KeyDialog) -> None:
        dialog.accept()
        self._use_sandbox()

    async def _take(self, dialog: KeyDialog, text: str, untried: bool) -> None:
        """Clean the pasted key, check it, and store it. "Stored" is said only once it was read back."""
        try:
            key = Secret(clean_key(text))
        except UserError as error:
            dialog.show_verdict(str(error), may_keep=False)
            return
        if not untried:
            dialog.show_busy()
            verdict = await self._try(key)
            if self._slot.dialog is not dialog:
                return  # the dialog was closed in the meantime: the key is not wanted
            if verdict.state is not KeyState.WORKS:
                dialog.show_verdict(verdict.message, may_keep=verdict.state is not KeyState.WRONG)
                return
        dialog.accept()
        self._context.tasks.spawn(self._keep(key), "keep the key", to_the_end=True)

    async def _try(self, key: Secret) -> KeyCheckResult:
        client = Client(self._connection.leonardo.base, key)
        try:
            return await check_key(client, self._model_name)
        finally:
            await client.aclose()

    async def _keep(self, key: Secret) -> None:
        if await asyncio.to_thread(self._keychain.store, self._profile, key):
            message = Message("The key is stored in this computer's keyring.", Tone.OK)
        else:
            message = Message(await asyncio.to_thread(self._keychain.storage_problem), Tone.BAD, seconds=0)
        self._context.messages.post(message)
        self._use_key(key)
