"""The files of the clips and what the user does about them, tied together."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.controllers.library.account_import import AccountImportController
from kling_desktop.controllers.library.check import CheckController
from kling_desktop.controllers.library.redownload import ClipRedownload
from kling_desktop.controllers.library.remote_delete import RemoteDelete
from kling_desktop.controllers.viewer.lineage import LineageController
from kling_desktop.domain.jobs.job import Job
from kling_desktop.services.library.review_sync import ReviewFileSync
from kling_desktop.store.library.pending_import import PendingImportFile
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from kling_desktop.session import Session


class FilesKept:
    """Follows one session at a time. posters: the folder of the clips' pictures; clips_folder(): where clips go now;
    import_wish: the file that remembers an import over a restart. close() before the session is.
    """

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        tasks: Tasks,
        posters: Path,
        clips_folder: Callable[[], Path],
        import_wish: Path,
        open_clip: Callable[[str], None],
    ) -> None:
        self._at_leonardo = ClipRedownload(window, tasks, posters, clips_folder, open_clip)
        self._deleting = RemoteDelete(window, tasks)
        self._checking = CheckController(theme, window, tasks, posters, clips_folder, self._at_leonardo)
        self._importing = AccountImportController(
            theme, window, tasks, posters, clips_folder, PendingImportFile(import_wish)
        )
        self._relatives = LineageController(window, tasks, posters)
        self._cataloguing: ReviewFileSync | None = None

    def follow(self, session: "Session") -> None:
        self._at_leonardo.follow(session)
        self._deleting.follow(session)
        self._checking.follow(session)
        self._importing.follow(session)
        self._relatives.follow(session)
        self._cataloguing = ReviewFileSync(session.library)
        self._cataloguing.start()

    async def close(self) -> None:
        """Leave that account, with nothing of it under way any more."""
        self._relatives.follow(None)
        await self._importing.close()
        await self._checking.close()
        if self._cataloguing:
            await self._cataloguing.close()
            self._cataloguing = None
        self._at_leonardo.follow(None)
        self._deleting.follow(None)

    def check(self) -> None:
        """Compare the library with what is on disk, and show what was found."""
        self._checking.check()

    async def download_again(self, job: Job) -> None:
        """Get a clip's file from Leonardo once more."""
        await self._at_leonardo.download_again(job)

    async def ask_to_delete_at_leonardo(self, jobs: Sequence[Job]) -> None:
        """Ask whether these clips should be deleted at Leonardo too, and do it."""
        await self._deleting.ask(jobs)
