"""The form while an account is connected: its IDs are looked up, its images uploaded, its questions answered."""

from dataclasses import replace
from pathlib import Path

from kling_desktop.controllers.composer.id_lookup import IdLookupController
from kling_desktop.controllers.composer.upload_ahead import UploadAhead
from kling_desktop.controllers.context import AppContext
from kling_desktop.services.composer.composer import Composer
from kling_desktop.session import Session
from kling_desktop.ui.composer.form_sources import NO_ACCOUNT, FormSources


class ComposerController:
    """sources: what the account answers, apart from lookups and uploads."""

    def __init__(self, context: AppContext, session: Session, composer: Composer, sources: FormSources) -> None:
        panel = context.window.composer
        self._clip_poster = sources.poster_of
        context.connections.on_close(lambda: panel.use_sources(NO_ACCOUNT))
        self._lookup = IdLookupController(context, composer, session.id_lookup, panel.pictures.loaded.emit)
        self._uploads = UploadAhead(
            composer, session.queue.uploader, context.tasks, context.connections, panel.show_uploads
        )
        panel.use_sources(replace(sources, poster_of=self._poster_of, upload_of=self._uploads.state_of))
        panel.recents.account = session.queue.account
        context.connections.on(panel.upload_requested, self._uploads.retry)
        context.connections.on_close(self._leave_account)
        self._panel = panel

    def _leave_account(self) -> None:
        self._panel.recents.account = ""

    def _poster_of(self, media_id: str) -> Path | None:
        return self._clip_poster(media_id) or self._lookup.poster_of(media_id)
