"""Makes a clip from its file alone, where no database knows it. Blocks; run it on a thread."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kling_desktop.atomic_file import atomic_path
from kling_desktop.domain.errors import UserError, describe_error
from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import MAX_RATING, Clip, Flag
from kling_desktop.domain.library.concat_metadata import read_concat_prompts
from kling_desktop.domain.library.library_check import UnknownVideo
from kling_desktop.domain.library.lineage import read_lineage, with_lineage
from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import Size
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.isolated.worker_process import IsolatedWorker
from kling_desktop.media.metadata.content_credentials import has_content_credentials
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.media.video_inspector import VideoInspection, inspect_video
from kling_desktop.services.clips.clip_settings import find_settings
from kling_desktop.store.library.review_file import ReviewFiles

APP = "Kling Desktop"
IMPORT = "import"
_TRIAL_SECONDS = 0.0  # no trial for each of what may be thousands of files: its first and last pictures are decoded
_JOB_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_MAX_COUNT = 100
_MAX_PROMPT = 1500
_MAX_NUMBER = 2**53


class ClipReader:
    """Inspects files in isolation, one at a time. Close it when there are no more."""

    def __init__(self, posters: Path, account: tuple[str, str], reviews: ReviewFiles | None = None) -> None:
        """Start with no file.

        Args:
            posters: The folder for the clips' posters.
            account: Service and profile of clips that don't say whose they are.
            reviews: The reviews next to the files.
        """
        self._posters = posters
        self._account = account
        self._reviews = reviews or ReviewFiles(())
        self._inspector = IsolatedWorker()

    def identify(self, file: Path) -> Clip | UnknownVideo:
        """Return the clip that the app saved in this file; or what else it is."""
        try:
            seen = inspect_video(file, self._inspector, _TRIAL_SECONDS)
            metadata = parse_clip_metadata(seen.settings) or parse_clip_metadata(
                find_settings(file, self._reviews.folders)
            )
            if metadata is None:
                return UnknownVideo(file, _describe(seen), True)
            clip = clip_from_metadata(metadata, file, self._posters, self._account)
            self._write_poster(seen, Path(clip.poster))
            return self._reviews.apply_to(clip)
        except (BadMedia, UserError, OSError) as error:
            return UnknownVideo(file, describe_error(error))

    def import_video(self, file: Path) -> Clip:
        """Return a clip for a video that the app didn't make.

        Raises:
            BadMedia: It isn't a video that can be shown.
            OSError: It can't be read.
        """
        seen = inspect_video(file, self._inspector)
        digest = content_digest(file)
        poster = self._posters / f"{digest[-32:]}.jpg"
        self._write_poster(seen, poster)
        size = Size(seen.info.width, seen.info.height)
        prompts = parse_concat_prompts(seen.settings)
        draft = Draft(
            prompt=" / ".join(prompts)[:_MAX_PROMPT] or file.stem,
            duration=max(1, round(seen.info.seconds)),
            size=size,
        )
        made = file.stat().st_mtime
        state = Done("", "", str(file), str(poster))
        job = Job(
            digest[-32:],
            *self._account,
            IMPORT,
            str(file.parent),
            draft,
            made,
            state,
            ended_at=made,
            has_credentials=has_content_credentials(file),
        )
        return self._reviews.apply_to(Clip(job, digest=digest))

    def close(self) -> None:
        self._inspector.close()

    def _write_poster(self, seen: VideoInspection, poster: Path) -> None:
        self._posters.mkdir(parents=True, exist_ok=True)
        with atomic_path(poster) as part:
            part.write_bytes(seen.poster)


def _describe(seen: VideoInspection) -> str:
    size = f"{seen.info.width} × {seen.info.height}, {seen.info.seconds:.1f} s"
    if prompts := parse_concat_prompts(seen.settings):
        return f"{size}, joined from {len(prompts)} clips"
    return size


def parse_clip_metadata(text: str | None) -> Mapping[str, Any] | None:
    """Return the metadata that the app wrote into a clip; None if there is none with a job and a request."""
    try:
        metadata = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(metadata, dict) and metadata.get("app") == APP and isinstance(metadata.get("request"), dict)
    return metadata if is_ours and _JOB_ID.fullmatch(str(metadata.get("job"))) else None


def parse_concat_prompts(text: str | None) -> tuple[str, ...]:
    """Return the beginnings of the prompts of the clips that the app joined to this video, if it did."""
    try:
        return read_concat_prompts(json.loads(text or "null"))
    except (ValueError, RecursionError):
        return ()


def clip_from_metadata(metadata: Mapping[str, Any], file: Path, posters: Path, account: tuple[str, str]) -> Clip:
    """Return the clip that this metadata describes.

    Raises:
        UserError: Its request can't be understood.
        OSError: The file can't be read.
    """
    draft = with_lineage(parse_body(metadata["request"]).draft, read_lineage(metadata.get("lineage")))
    made = _moment(metadata.get("created_at")) or file.stat().st_mtime
    job = Job(
        id=str(metadata["job"]),
        service=_text(metadata, "service", account[0]),
        profile=_text(metadata, "profile", account[1]),
        submitted_from=_text(metadata, "origin", "window"),
        folder=str(file.parent),
        draft=replace(draft, preset=_text(metadata, "preset")),
        created_at=made,
        state=Done(
            _text(metadata, "generation"),
            _text(metadata, "image"),
            str(file),
            str(posters / f"{metadata['job']}.jpg"),
        ),
        sent_at=_moment(metadata.get("sent_at")),
        ended_at=_moment(metadata.get("ended_at")) or made,
        cost=_cost(metadata.get("cost")),
        seed=seed if type(seed := metadata.get("seed")) is int and abs(seed) < _MAX_NUMBER else None,
        take=take if type(take := metadata.get("take")) is int and 0 < take < _MAX_COUNT else 1,
        preset_name=_text(metadata, "preset_name"),
        has_credentials=has_content_credentials(file),
    )
    rating, flag, tags = metadata.get("rating"), metadata.get("flag"), metadata.get("tags")
    return Clip(
        job,
        rating=rating if type(rating) is int and 0 <= rating <= MAX_RATING else 0,
        flag=Flag(flag) if flag in list(Flag) else Flag.NONE,
        notes=_text(metadata, "notes", longest=10_000),
        tags=tuple(tag for tag in tags if isinstance(tag, str))[:_MAX_COUNT] if isinstance(tags, list) else (),
        digest=content_digest(file),
    )


def _text(metadata: Mapping[str, Any], name: str, otherwise: str = "", longest: int = 200) -> str:
    value = metadata.get(name)
    return value[:longest] if isinstance(value, str) and value else otherwise


def _moment(value: object) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _cost(value: object) -> Cost | None:
    if not isinstance(value, Mapping):
        return None
    try:
        amount = Decimal(str(value.get("amount")))
    except InvalidOperation:
        return None
    unit = value.get("unit")
    return Cost(amount, unit) if amount.is_finite() and isinstance(unit, str) and 0 <= amount < _MAX_NUMBER else None
