"""Fills the form from a finished clip: its settings, its prompt, a frame of it, or the clip as the video to edit."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import KlingError, UserError, os_error_reason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import ReuseAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library import draft_from_clip
from kling_desktop.domain.library.lineage import from_frame
from kling_desktop.domain.request.draft import Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.slot_rules import base_video_problems
from kling_desktop.domain.text import plural
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.video.frame_grab import grab_frame, grab_last_frame
from kling_desktop.media.video.probe import probe
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.library.file_verifier import verified
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from collections.abc import Callable

_FRAME_USED = {
    Slot.START_FRAME: "Frame {frame} is now the start frame.",
    Slot.END_FRAME: "Frame {frame} is now the end frame.",
    Slot.IMAGE_REFERENCE: "Frame {frame} is now reference {number}.",
}


class ClipReuse:
    """Fills the form from a job or a clip, in one step to undo, and says what it did."""

    def __init__(self, context: AppContext, composer: Composer) -> None:
        self._composer = composer
        self._window = context.window
        self._folder = context.folders.media

    async def perform(self, action: ReuseAction, job: Job, value: int = 0) -> None:
        """Do it. If it can't be done, the reason is shown at once, before any other message.

        Args:
            action: How to use the job.
            job: The job or the clip.
            value: The number of takes for MORE_TAKES, or the frame's, 0 first, for those that use a frame.
        """
        try:
            await self._perform(action, job, value)
        except KlingError as error:
            self._window.messages.show_now(Message(str(error), Tone.BAD, seconds=0))

    async def _perform(self, action: ReuseAction, job: Job, value: int) -> None:
        match action:
            case ReuseAction.CONTINUE:
                await self._continue(job)
            case ReuseAction.EDIT_VIDEO:
                await self._edit_video(job)
            case ReuseAction.USE_SETTINGS:
                self._use_settings(job)
            case ReuseAction.USE_PROMPT:
                self._use_prompt(job)
            case ReuseAction.USE_SEED:
                self._use_seed(job)
            case ReuseAction.RUN_AGAIN:
                self._run_again(job)
            case ReuseAction.MORE_TAKES:
                self._run_again(job, takes=value)
            case ReuseAction.SHORTEN_PROMPT:
                self._shorten_prompt(job)
            case ReuseAction.USE_START_FRAME:
                await self._use_frame(job, Slot.START_FRAME, value)
            case ReuseAction.USE_END_FRAME:
                await self._use_frame(job, Slot.END_FRAME, value)
            case ReuseAction.USE_REFERENCE:
                await self._use_frame(job, Slot.IMAGE_REFERENCE, value)
            case _:
                assert_never(action)

    async def _use_frame(self, job: Job, slot: Slot, number: int) -> None:
        frame = await self._grab(job, number)
        sentence = _FRAME_USED[slot].format(frame=number + 1, number=len(self._composer.draft.media(slot)) + 1)
        draft = draft_from_clip.with_frame(self._composer.draft, slot, frame, self._composer.form.spec)
        self._fill(draft, sentence)

    async def _continue(self, job: Job) -> None:
        last = await self._grab(job, None)
        self._fill(
            draft_from_clip.continue_from(self._composer.draft, job, last),
            "The clip's last frame is now the start frame. Write what happens next.",
        )
        self._lead_to_prompt()

    def _use_settings(self, job: Job) -> None:
        self._fill(draft_from_clip.clip_settings(job), "The form now holds this clip's settings.")

    def _shorten_prompt(self, job: Job) -> None:
        self._fill(
            draft_from_clip.clip_settings(job), "The form now holds this request. Shorten its prompt, then generate."
        )
        self._lead_to_prompt()

    def _use_prompt(self, job: Job) -> None:
        self._fill(
            draft_from_clip.with_clip_prompt(self._composer.draft, job), "The form now holds this clip's prompt."
        )

    def _use_seed(self, job: Job) -> None:
        self._fill(
            draft_from_clip.with_clip_seed(self._composer.draft, job),
            f"The seed is now {draft_from_clip.clip_seed(job)}.",
        )

    def _run_again(self, job: Job, takes: int = 1) -> None:
        sentence = plural(
            takes,
            one="The form is ready to make this clip again. Check it, then generate.",
            other="The form is ready for {count} more takes of this clip. Check it, then generate.",
        )
        self._fill(draft_from_clip.clip_settings(job, takes), sentence)

    async def _edit_video(self, job: Job) -> None:
        video = draft_from_clip.clip_video(job)
        if video is None:
            raise UserError(
                "Leonardo doesn't have this clip, so it can't be edited there.", "Use one of its frames instead."
            )
        video = await asyncio.to_thread(_measured, video, _file_of(job), self._window.library.prove)
        for wrong in base_video_problems(video, self._composer.form.spec):
            raise UserError(f"{wrong}.", "Choose another clip.")
        sentence = "This clip is now the video to edit."
        if video.width and video.seconds:
            sentence = f"This clip is now the video to edit: {video.width} × {video.height}, {video.seconds:.4g} s."
        self._fill(draft_from_clip.with_video(self._composer.draft, video), sentence)
        self._lead_to_prompt()

    async def _grab(self, job: Job, number: int | None) -> LocalImage:
        file = _file_of(job)
        prove = self._window.library.prove
        try:
            if number is None:
                last, which = await asyncio.to_thread(verified(prove, [file], grab_last_frame), file, self._folder)
                return from_frame(last.as_local_image, job, which)
            frame = await asyncio.to_thread(verified(prove, [file], grab_frame), file, number, self._folder)
            return from_frame(frame.as_local_image, job, number)
        except OSError as error:
            reason = os_error_reason(error)
            raise UserError(
                f"The frame can't be saved in {self._folder}: {reason}.", "Free some space there."
            ) from error

    def _fill(self, draft: Draft, sentence: str) -> None:
        before = self._composer.draft
        self._composer.replace(draft)
        self._window.show_form()
        # Whatever has been typed since is a step of its own, and comes back with Ctrl+Z.
        self._window.messages.show_now(Message(sentence, Tone.OK, "Undo", lambda: self._composer.replace(before)))

    def _lead_to_prompt(self) -> None:
        self._window.middle.close_clip()
        self._window.composer.focus_control("prompt")


def _file_of(job: Job) -> Path:
    return Path(job.state.file if isinstance(job.state, job_states.Done) else "")


def _measured(video: StoredMedia, file: Path, prove: "Callable[[Path], None] | None") -> StoredMedia:
    """With the size and the length that its file has; as it is told to be where the file can't tell."""
    try:
        facts = verified(prove, [file], probe)(file)
    except (OSError, BadMedia):
        return video
    return replace(video, width=facts.width, height=facts.height, seconds=facts.seconds)
