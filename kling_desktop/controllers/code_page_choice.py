"""Asks for the code page of a file that leaves a doubt, and reads it again."""

from collections.abc import Callable
from pathlib import PurePath

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.text_decoder import UnknownCodePage
from kling_desktop.ui.batch.code_page_dialog import CodePageDialog


class CodePageChoice:
    """One question at a time."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._slot = DialogSlot[CodePageDialog](context.connections)

    def ask(self, name: str, doubt: UnknownCodePage, read: Callable[[str, str], object]) -> None:
        """Ask how a file reads right, and call read(name, code_page)."""
        dialog = CodePageDialog(self._context.theme, self._context.window, PurePath(name).name, doubt.readings)
        dialog.code_page_chosen.connect(lambda code_page: read(name, code_page))
        self._slot.open(dialog)
