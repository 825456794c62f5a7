"""Asks the user for the API key, checks it, and stores it."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from kling_desktop.api.client import Client
from kling_desktop.api.key_check import KeyCheckResult, KeyState, check_key
from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.api_key import clean_key
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.cancellation import UNDO_SECONDS
from kling_desktop.domain.secret import Secret
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.threads import run_abandonable
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.settings.stored_key import KeyPlace
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.widgets.message_bar import UNDO

_REMOVED = "The key was removed. Jobs at Leonardo go on; add a key to fetch their clips."
_NOT_REMOVED = "The key couldn't be removed."
_TONES: Mapping[KeyState, Tone] = MappingProxyType(
    {
        KeyState.WORKS: Tone.OK,
        KeyState.WRONG: Tone.BAD,
        KeyState.NO_MODEL: Tone.BAD,
        KeyState.UNREACHABLE: Tone.ODD,
        KeyState.UNCLEAR: Tone.ODD,
    }
)


class KeySetup:
    """Continues with `use_key` once a key is stored, with `use_sandbox` without one, or with `go_on_without` after the
    key was removed.

    At the first run it asks for the folder for clips, too.

    Args:
        given: The key for this run alone, before any in the keyring. It is for the profile of the start.
        profile_name: Returns the name of the present profile; "" where there is only one.
    """

    def __init__(
        self,
        context: AppContext,
        keychain: Keychain,
        given: Secret | None,
        connection: Connection,
        model_name: str,
        *,
        use_key: Callable[[Secret], None],
        use_sandbox: Callable[[], None],
        go_on_without: Callable[[], Awaitable[None]],
        profile_name: Callable[[], str],
    ) -> None:
        self._context = context
        self._keychain = keychain
        self._given = {connection.profile: given} if given else {}
        self._connection = connection
        self._model_name = model_name
        self._use_key = use_key
        self._use_sandbox = use_sandbox
        self._go_on_without = go_on_without
        self._profile_name = profile_name
        self._slot = DialogSlot[KeyDialog](context.connections)

    async def find_key(self) -> Secret | None:
        """The present profile's key: given for this run, or from the keyring. It may wait for the user to unlock
        that.
        """
        profile = self._connection.profile
        return self._given.get(profile) or await run_abandonable(self._keychain.read, profile)

    @property
    def keyring_problem(self) -> str:
        """Why the keyring couldn't tell whether there is a key; "" if it could."""
        return self._keychain.key_problem

    async def ask(self, *, first_run: bool = False) -> None:
        """Open the dialog, unless it is open, and show which key there is."""
        if self._slot.is_open:
            return
        settings = self._context.settings
        profile = self._connection.profile
        dialog = KeyDialog(
            self._context.theme,
            self._context.window,
            first_run=first_run,
            offers_sandbox=not self._connection.in_sandbox,
            folder=settings.clips_folder,
            profile=self._profile_name(),
        )
        tasks = self._context.tasks
        dialog.folder_chosen.connect(settings.set_clips_folder)
        dialog.key_submitted.connect(lambda text, untried: tasks.spawn(self._take(dialog, text, untried), "key"))
        dialog.sandbox_chosen.connect(lambda: self._leave_for_sandbox(dialog))
        dialog.check_requested.connect(lambda: tasks.spawn(self._check(dialog), "check the key"))
        dialog.remove_requested.connect(lambda: tasks.spawn(self._remove(dialog, profile), "remove the key"))
        self._slot.open(dialog)
        key = await self.find_key()
        why_not = await run_abandonable(self._keychain.storage_problem)
        if self._slot.dialog is not dialog:
            return
        if why_not:
            dialog.show_keeping(why_not)
        if key:
            self._show_stored(dialog, profile, key, why_not)

    def _show_stored(self, dialog: KeyDialog, profile: str, key: Secret, why_not: str) -> None:
        if profile in self._given:
            dialog.show_stored(key.last_characters, KeyPlace.ENVIRONMENT)
        else:
            dialog.show_stored(key.last_characters, KeyPlace.SESSION if why_not else KeyPlace.KEYRING)

    def _leave_for_sandbox(self, dialog: KeyDialog) -> None:
        dialog.accept()
        self._use_sandbox()

    async def _check(self, dialog: KeyDialog) -> None:
        """Check the key that is in use, without storing anything."""
        dialog.show_checking()
        key = await self.find_key()
        verdict = await self._try(key) if key else None
        if self._slot.dialog is dialog:
            if verdict is None:
                dialog.show_check("There is no stored key any more. Paste one below.", Tone.ODD)
            else:
                dialog.show_check(verdict.message, _TONES[verdict.state])

    async def _remove(self, dialog: KeyDialog, profile: str) -> None:
        """Remove the profile's key, and disconnect from its account. Jobs go on at Leonardo and wait for a key."""
        key = await run_abandonable(self._keychain.read, profile)
        if key is None or not await run_abandonable(self._keychain.delete, profile):
            problem = await run_abandonable(self._keychain.storage_problem)
            if self._slot.dialog is dialog:
                dialog.show_check(f"{_NOT_REMOVED} {problem}".strip(), Tone.BAD)
            return
        if self._slot.dialog is dialog:
            dialog.accept()
        if not self._connection.in_sandbox and self._connection.profile == profile:
            await self._go_on_without()

        def undo() -> None:
            self._context.tasks.spawn(self._keep(key, profile), "keep the key")

        self._context.messages.show_now(Message(_REMOVED, Tone.OK, UNDO, undo, UNDO_SECONDS))

    async def _take(self, dialog: KeyDialog, text: str, untried: bool) -> None:
        """Clean the pasted key, check it, and store it. "Stored" is said only once it was read back."""
        try:
            key = Secret(clean_key(text))
        except UserError as error:
            dialog.show_verdict(str(error), may_keep=False)
            return
        profile = self._connection.profile
        if not untried:
            dialog.show_busy()
            verdict = await self._try(key)
            if self._slot.dialog is not dialog:
                return  # the dialog was closed in the meantime: the key is not wanted
            if verdict.state is not KeyState.WORKS:
                dialog.show_verdict(verdict.message, may_keep=verdict.state is not KeyState.WRONG)
                return
        dialog.accept()
        self._context.tasks.spawn(self._keep(key, profile), "keep the key")

    async def _try(self, key: Secret) -> KeyCheckResult:
        client = Client(self._connection.leonardo.base, key)
        try:
            return await check_key(client, self._model_name)
        finally:
            await client.aclose()

    async def _keep(self, key: Secret, profile: str) -> None:
        self._given.pop(profile, None)
        if await run_abandonable(self._keychain.store, profile, key):
            message = Message("The key is stored in this computer's keyring.", Tone.OK)
        else:
            message = Message(await run_abandonable(self._keychain.storage_problem), Tone.BAD, seconds=0)
        self._context.messages.post(message)
        if profile == self._connection.profile:
            self._use_key(key)
