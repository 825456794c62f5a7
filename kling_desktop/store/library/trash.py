"""Files on their way to the system's bin: kept aside until it is too late to undo, then binned from where they lay."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.store.files.unique_names import move_to_unique_name

STAGING_FOLDER = ".Kling Desktop deleted"
"""The folder beside the files, on their own volume: keeping one aside and putting it back is a renaming."""
_ADVICE = "The clip stays in the library."
_COMES_BACK = "It comes back to the library at the first start that finds the folder."


def move_to_system_trash(file: Path) -> None:
    """Blocking. OSError where the system has no bin for that volume, or doesn't let go of the file."""
    from send2trash import send2trash  # for the first file binned to pay, not the start

    send2trash(file)


class FileTrash:
    """Blocking. name is one of the owner's own for each file kept aside, safe as a file's name; UserError says why a
    file can't be moved. Each step leaves the file in one of its two places, whenever the app ends.
    """

    def __init__(self, move_to_trash: Callable[[Path], None] = move_to_system_trash) -> None:
        self._move_to_trash = move_to_trash

    def stage(self, file: Path, name: str) -> None:
        """Out of sight, to be put back or binned. A file that is gone already stays so."""
        aside = _staged_path(file, name)
        self._check_reachable(file, _ADVICE)  # or its folder would be made anew where the drive should be
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            try:
                file.replace(aside)
            except FileNotFoundError:
                _remove_empty_folders(aside)
        except OSError as error:
            _remove_empty_folders(aside)
            raise UserError(f"{file.name} can't be moved: {os_error_reason(error)}.", _ADVICE) from error

    def is_staged(self, file: Path, name: str) -> bool:
        """Whether the file is kept aside."""
        return _staged_path(file, name).exists()

    def is_reachable(self, file: Path) -> bool:
        """Whether the folder is there that a file was in: a drive that isn't connected keeps what is on it."""
        return file.parent.is_dir()

    def restore(self, file: Path, name: str) -> Path:
        """Where it is now: where it was, or beside that where another has taken its place."""
        aside = _staged_path(file, name)
        if not aside.exists():
            self._check_reachable(file)
            return file
        try:
            place = move_to_unique_name(aside, file)
        except OSError as error:
            raise UserError(
                f"{file.name} can't be put back: {os_error_reason(error)}.", f"It is kept as {aside}."
            ) from error
        _remove_empty_folders(aside)
        return place

    def discard(self, file: Path, name: str) -> None:
        """Into the system's bin, which will restore it to where it was. One that can't be binned is put back, or is
        kept aside still where another file has its place by now.
        """
        # Only what was kept aside: whatever lies in its old place by now is another file.
        if not _staged_path(file, name).exists():
            self._check_reachable(file)
            return
        place = self.restore(file, name)
        try:
            self._move_to_trash(place)
        except OSError as error:
            if place != file:  # or whoever puts it back by its own name would get the other one
                aside = _staged_path(file, name)
                with suppress(OSError):
                    aside.parent.mkdir(parents=True, exist_ok=True)
                    place.replace(aside)
            reason = os_error_reason(error)
            raise UserError(f"The system's bin doesn't take {place.name}: {reason}.", _ADVICE) from error

    def _check_reachable(self, file: Path, advice: str = _COMES_BACK) -> None:
        if not self.is_reachable(file):
            raise UserError(f"{file.name} can't be reached: its folder {file.parent} isn't there.", advice)


def _staged_path(file: Path, name: str) -> Path:
    return file.parent / STAGING_FOLDER / name / file.name


def _remove_empty_folders(aside: Path) -> None:
    """Take the folders away once they are empty."""
    for folder in (aside.parent, aside.parent.parent):
        with suppress(OSError):
            folder.rmdir()
