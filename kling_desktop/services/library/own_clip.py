"""Recognizes a clip of the app by its file alone, wherever it lies and whatever it is called. Blocks."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.draft_from_clip import clip_video
from kling_desktop.domain.request.draft import StoredMedia
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.media.video.probe import VideoInfo
from kling_desktop.media.video_inspector import inspect_video
from kling_desktop.services.clips.clip_settings import find_settings
from kling_desktop.services.library.clip_from_file import clip_from_metadata, parse_clip_metadata

FindByContent = Callable[[str], Job | None]
"""Returns the job of the clip in the library with the content of a digest."""


def find_own_clip(file: Path, find_by_content: FindByContent) -> tuple[Job, VideoInfo]:
    """Return the job that made the clip in a file, and what is in the file.

    The settings in the file, or beside it, say so; a clip that has lost them is known by its content.

    Raises:
        BadMedia: It isn't a video that can be shown, or the app didn't make it.
        UserError: Its settings can't be understood.
        OSError: It can't be read.
    """
    seen = inspect_video(file, trial_seconds=0)
    metadata = parse_clip_metadata(seen.settings) or parse_clip_metadata(find_settings(file))
    if metadata:
        return clip_from_metadata(metadata, file, Path(), ("", "")).job, seen.info
    if job := find_by_content(content_digest(file)):
        return job, seen.info
    raise BadMedia(
        f"“{file.name}” is a video that this app didn't make.", "Use one of its clips, or a PNG, JPEG or WebP image."
    )


def base_video_of(file: Path, find_by_content: FindByContent) -> StoredMedia:
    """Return the clip in a file as the video to edit, with the size and the length that it really has.

    Raises:
        BadMedia: As `find_own_clip`, or the service doesn't have the clip.
        UserError: As `find_own_clip`.
        OSError: As `find_own_clip`.
    """
    job, info = find_own_clip(file, find_by_content)
    video = clip_video(job)
    if video is None:
        raise BadMedia(
            f"Leonardo doesn't have the clip in “{file.name}”, so it can't be edited there.",
            "Use one of its frames instead.",
        )
    return replace(video, width=info.width, height=info.height, seconds=info.seconds)
