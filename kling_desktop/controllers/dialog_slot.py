"""The place for one dialog at a time."""

from typing import Generic, TypeVar

from PySide6.QtWidgets import QDialog

from kling_desktop.controllers.connections import Connections

D = TypeVar("D", bound=QDialog)


class DialogSlot(Generic[D]):
    """Opens a dialog, forgets it when it is finished, and rejects it when `connections` end."""

    def __init__(self, connections: Connections) -> None:
        self._dialog: D | None = None
        self._has_ended = False
        connections.on_close(self._end)

    @property
    def dialog(self) -> D | None:
        """The dialog that is open now."""
        return self._dialog

    @property
    def is_open(self) -> bool:
        return self._dialog is not None

    def open(self, dialog: D) -> None:
        """Open `dialog`, in place of the one that is open. Once everything has ended, nothing opens any more."""
        if self._has_ended:
            dialog.deleteLater()
            return
        self.close()
        self._dialog = dialog
        dialog.finished.connect(lambda _result: self._forget(dialog))
        dialog.open()

    def close(self) -> None:
        """Reject the dialog that is open, if any."""
        if self._dialog is not None:
            self._dialog.reject()

    def _end(self) -> None:
        self._has_ended = True
        self.close()

    def _forget(self, dialog: D) -> None:
        if self._dialog is dialog:
            self._dialog = None
        dialog.deleteLater()
