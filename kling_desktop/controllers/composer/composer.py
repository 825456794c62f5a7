"""The form while an account is connected: IDs are looked up, images uploaded, and Generate submits it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from kling_desktop.controllers.composer.id_lookup import IdLookupController
from kling_desktop.controllers.composer.upload_ahead import UploadAhead
from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.composer.composer import Composer
from kling_desktop.session import Session
from kling_desktop.ui.composer.form_sources import NO_ACCOUNT, FormSources


class PresetUse(Protocol):
    """What the form needs of the user's presets."""

    def name_of(self, preset_id: str) -> str: ...

    def remember(self, draft: Draft) -> None:
        """Note what was filled into the preset's template fields."""


class SubmitForm(Protocol):
    def __call__(self, submissions: Sequence[Submission], *, to_front: bool) -> None: ...


class ComposerController:
    """sources: what the account answers, apart from lookups and uploads."""

    def __init__(
        self,
        context: AppContext,
        session: Session,
        composer: Composer,
        sources: FormSources,
        presets: PresetUse,
        submit: SubmitForm,
    ) -> None:
        self._composer = composer
        self._clip_poster: Callable[[str], Path | None] = sources.poster_of
        self._presets = presets
        self._submit = submit
        panel = self._panel = context.window.composer
        context.connections.on_close(self._leave_account)
        self._lookup = IdLookupController(context, composer, session.id_lookup, panel.pictures.loaded.emit)
        uploads = UploadAhead(composer, session.queue.uploader, context.tasks, context.connections, panel.show_uploads)
        panel.use_sources(replace(sources, poster_of=self._poster_of, upload_of=uploads.state_of))
        panel.recents.account = session.queue.account
        context.connections.on(panel.slots.upload_requested, uploads.retry)
        context.connections.on(panel.generate_bar.generate_requested, lambda: self._generate(to_front=False))
        context.connections.on(panel.generate_bar.generate_first_requested, lambda: self._generate(to_front=True))

    def _generate(self, *, to_front: bool) -> None:
        if self._composer.blocked_reason is None:
            draft = self._composer.draft
            self._presets.remember(draft)
            self._submit([Submission(draft, self._presets.name_of(draft.preset))], to_front=to_front)

    def _leave_account(self) -> None:
        self._panel.recents.account = ""
        self._panel.use_sources(NO_ACCOUNT)

    def _poster_of(self, media_id: str) -> Path | None:
        return self._clip_poster(media_id) or self._lookup.poster_of(media_id)
