"""The unfinished import from the account, which continues after a restart."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.atomic_file import write_atomic

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PendingAccountImport:
    """The account of an import, and whether videos of all sizes are imported."""

    service: str
    profile: str
    all_sizes: bool


class PendingImportFile:
    """The file with the unfinished import. Blocking. If it can't be saved, the user can start the import again; what
    was imported by then is known.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> PendingAccountImport | None:
        """Return the unfinished import, if there is one."""
        try:
            values = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            log.info("the unfinished import can't be read: %s", error)
            return None
        match values:
            case {"service": str(service), "profile": str(profile), "everything": bool(all_sizes)}:
                return PendingAccountImport(service, profile, all_sizes)
        return None

    def save(self, pending: PendingAccountImport) -> None:
        """Remember an import until `clear`."""
        values = {"service": pending.service, "profile": pending.profile, "everything": pending.all_sizes}
        try:
            write_atomic(self._path, json.dumps(values) + "\n")
        except OSError as error:
            log.info("the unfinished import can't be saved: %s", error)

    def clear(self) -> None:
        """Forget the import: it is finished or no longer wanted."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.info("the unfinished import can't be deleted: %s", error)
