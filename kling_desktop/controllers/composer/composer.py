"""The form in the window, and those who answer what it asks while it is filled in."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.controllers.composer.id_lookup import IdLookupController
from kling_desktop.controllers.composer.upload_ahead import UploadAhead
from kling_desktop.controllers.composer.web_fetch import WebFetcher
from kling_desktop.controllers.library.library_view import LibraryController
from kling_desktop.controllers.spending.prices import PriceController
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.presets.preset_bar import PresetBar
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from kling_desktop.session import Session


class ComposerController:
    """Asks the account of one session at a time. media: the folder of what is put in; tell(sentence): what the user did
    not expect.
    """

    def __init__(
        self,
        theme: Theme,
        composer: Composer,
        tasks: Tasks,
        media: Path,
        jobs: LibraryController,
        money: PriceController,
        tell: Callable[[str], None],
    ) -> None:
        self._jobs = jobs
        self._looking_up = IdLookupController(composer, tasks, tell, lambda: self.panel.pictures.loaded.emit())
        self._uploading = UploadAhead(composer, tasks, lambda: self.panel.show_uploads())
        self.panel = ComposerPanel(
            theme,
            composer,
            media,
            picture_of=self._picture_of,
            quote_of=money.quote_of,
            earlier_prompts=jobs.earlier_prompts,
            clips=jobs.clips,
            fetch=WebFetcher(tasks).begin,
            upload_of=self._uploading.state_of,
        )
        self.preset = PresetBar(theme)
        self.panel.show_above(self.preset)
        self.panel.upload_requested.connect(self._uploading.again)
        jobs.pictures_came.connect(self.panel.pictures.loaded)

    async def follow(self, session: "Session") -> None:
        """IDs mean what they mean there, and pictures go there, from now on."""
        self._looking_up.follow(session.id_lookup)
        self._uploading.follow(session.queue.uploader)
        self.panel.recents.account = session.queue.account

    async def leave(self) -> None:
        self._looking_up.follow(None)
        self._uploading.follow(None)
        self.panel.recents.account = ""

    def _picture_of(self, media_id: str) -> Path | None:
        return self._jobs.picture_of(media_id) or self._looking_up.picture_of(media_id)
