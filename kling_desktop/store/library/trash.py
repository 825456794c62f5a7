"""Stages files for the system's trash until undo expires, then trashes them from their original place."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.store.files.unique_names import move_to_unique_name

STAGING_FOLDER = ".Kling Desktop deleted"
"""Next to the files, on the same volume: staging and restoring are renames."""
_KEPT = "The clip stays in the library."
_RETURNS = "The clip returns to the library at the next start with that folder connected."


def move_to_system_trash(file: Path) -> None:
    """Move a file to the system's trash. Blocking. OSError if the volume has no trash or the file is in use."""
    from send2trash import send2trash  # imported with the first file, to keep the start fast

    send2trash(file)


class FileTrash:
    """Moves files to the trash, with undo. Blocking. UserError says why a file can't be moved.

    Whenever the app ends, a file is in one of its two places. `name` identifies a staged file and must be safe as a
    file name.
    """

    def __init__(self, move_to_trash: Callable[[Path], None] = move_to_system_trash) -> None:
        self._move_to_trash = move_to_trash

    def stage(self, file: Path, name: str) -> None:
        """Hide a file, to be restored or discarded later. A missing file stays missing."""
        staged = _staged_path(file, name)
        self._check_reachable(file, _KEPT)  # otherwise its folder would be created where the drive is missing
        try:
            staged.parent.mkdir(parents=True, exist_ok=True)
            try:
                file.replace(staged)
            except FileNotFoundError:
                _remove_empty_folders(staged)
        except OSError as error:
            _remove_empty_folders(staged)
            raise UserError(f"{file.name} can't be moved: {os_error_reason(error)}.", _KEPT) from error

    def is_staged(self, file: Path, name: str) -> bool:
        """Whether the file is staged."""
        return _staged_path(file, name).exists()

    def is_reachable(self, file: Path) -> bool:
        """Whether the file's folder exists. If its drive isn't connected, the files on it are still there."""
        return file.parent.is_dir()

    def restore(self, file: Path, name: str) -> Path:
        """Put a staged file back, and return its path: a new name if another file has taken the old one."""
        staged = _staged_path(file, name)
        if not staged.exists():
            self._check_reachable(file)
            return file
        try:
            path = move_to_unique_name(staged, file)
        except OSError as error:
            raise UserError(
                f"{file.name} can't be restored: {os_error_reason(error)}.", f"It is still at {staged}."
            ) from error
        _remove_empty_folders(staged)
        return path

    def discard(self, file: Path, name: str) -> None:
        """Move a staged file to the system's trash, which can restore it to its original place. If that fails, it is
        put back, or stays staged if another file has taken its place.
        """
        # Only a staged file: whatever is in its original place now is another file.
        if not _staged_path(file, name).exists():
            self._check_reachable(file)
            return
        path = self.restore(file, name)
        try:
            self._move_to_trash(path)
        except OSError as error:
            if path != file:  # otherwise restoring it by its name would get the other file
                staged = _staged_path(file, name)
                with suppress(OSError):
                    staged.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(staged)
            reason = os_error_reason(error)
            raise UserError(f"{path.name} can't be moved to the trash: {reason}.", _KEPT) from error

    def _check_reachable(self, file: Path, hint: str = _RETURNS) -> None:
        if not self.is_reachable(file):
            raise UserError(f"{file.name} can't be reached: its folder {file.parent} doesn't exist.", hint)


def _staged_path(file: Path, name: str) -> Path:
    return file.parent / STAGING_FOLDER / name / file.name


def _remove_empty_folders(staged: Path) -> None:
    """Remove the staging folders once they are empty."""
    for folder in (staged.parent, staged.parent.parent):
        with suppress(OSError):
            folder.rmdir()
