"""A clip out of its file alone, for when there is no database that knows it. Blocking; run it in a thread."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kling_desktop.atomic_file import atomic_path
from kling_desktop.domain.errors import UserError
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
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.media.video_inspector import VideoInspection, inspect_video
from kling_desktop.store.library.review_file import ReviewFiles

APP = "Kling Desktop"
IMPORT = "import"
_WATCHED = 0.0  # no trial for each of what may be thousands of files: its first and last pictures are decoded
_NAME = re.compile(r"[0-9A-Za-z-]{1,64}")
_MOST_WORDS = 100
_LONGEST_PROMPT = 1500
_LARGEST = 2**53


class ClipReader:
    """Opens files apart, one at a time. posters: where the clips' pictures go. account: (service, profile) of a clip
    that doesn't say whose it is. judgements: what is told of clips beside their files. Close it when no more come.
    """

    def __init__(self, posters: Path, account: tuple[str, str], reviews: ReviewFiles | None = None) -> None:
        self._posters = posters
        self._account = account
        self._judgements = reviews or ReviewFiles(())
        self._apart = IsolatedWorker()

    def identify(self, file: Path) -> Clip | UnknownVideo:
        """The clip that the app once made and kept in this file; or what else it is."""
        try:
            seen = inspect_video(file, self._apart, _WATCHED)
            settings = parse_clip_metadata(seen.settings)
            if settings is None:
                what = f"{seen.info.width} × {seen.info.height}, {seen.info.seconds:.1f} s"
                if joined := parse_concat_prompts(seen.settings):
                    what += f", joined from {len(joined)} clips"
                return UnknownVideo(file, what, True)
            clip = clip_from_metadata(settings, file, self._posters, self._account)
            self._write(seen, Path(clip.poster))
            return self._judgements.apply_to(clip)
        except (BadMedia, UserError, OSError) as error:
            return UnknownVideo(file, str(error))

    def import_video(self, file: Path) -> Clip:
        """A video that the app did not make, as a clip. BadMedia, OSError where it can't be one."""
        seen = inspect_video(file, self._apart)
        digest = content_digest(file)
        poster = self._posters / f"{digest[-32:]}.jpg"
        self._write(seen, poster)
        size = Size(seen.info.width, seen.info.height)
        joined = parse_concat_prompts(seen.settings)
        draft = Draft(
            prompt=" / ".join(joined)[:_LONGEST_PROMPT] or file.stem,
            duration=max(1, round(seen.info.seconds)),
            size=size,
        )
        made = file.stat().st_mtime
        state = Done("", "", str(file), str(poster))
        job = Job(digest[-32:], *self._account, IMPORT, str(file.parent), draft, made, state, ended_at=made)
        return self._judgements.apply_to(Clip(job, digest=digest))

    def close(self) -> None:
        self._apart.close()

    def _write(self, seen: VideoInspection, poster: Path) -> None:
        self._posters.mkdir(parents=True, exist_ok=True)
        with atomic_path(poster) as part:
            part.write_bytes(seen.poster)


def parse_clip_metadata(text: str | None) -> Mapping[str, Any] | None:
    """What the app wrote into a clip; None where somebody else wrote it, or nothing that names a job and a request."""
    try:
        settings = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    ours = isinstance(settings, dict) and settings.get("app") == APP and isinstance(settings.get("request"), dict)
    return settings if ours and _NAME.fullmatch(str(settings.get("job"))) else None


def parse_concat_prompts(text: str | None) -> tuple[str, ...]:
    """How the prompts of the clips begin that the app joined to this film; nothing where it did not."""
    try:
        return read_concat_prompts(json.loads(text or "null"))
    except (ValueError, RecursionError):
        return ()


def clip_from_metadata(settings: Mapping[str, Any], file: Path, posters: Path, account: tuple[str, str]) -> Clip:
    """The clip whose settings these are. UserError where its request can't be understood; OSError without a file."""
    draft = with_lineage(parse_body(settings["request"]).draft, read_lineage(settings.get("lineage")))
    made = _moment(settings.get("created_at")) or file.stat().st_mtime
    job = Job(
        id=str(settings["job"]),
        service=_text(settings, "service", account[0]),
        profile=_text(settings, "profile", account[1]),
        submitted_from=_text(settings, "origin", "window"),
        folder=str(file.parent),
        draft=replace(draft, preset=_text(settings, "preset")),
        created_at=made,
        state=Done(
            _text(settings, "generation"),
            _text(settings, "image"),
            str(file),
            str(posters / f"{settings['job']}.jpg"),
        ),
        sent_at=_moment(settings.get("sent_at")),
        ended_at=_moment(settings.get("ended_at")) or made,
        cost=_cost(settings.get("cost")),
        seed=seed if type(seed := settings.get("seed")) is int and abs(seed) < _LARGEST else None,
        take=take if type(take := settings.get("take")) is int and 0 < take < _MOST_WORDS else 1,
        preset_name=_text(settings, "preset_name"),
    )
    rating, flag, tags = settings.get("rating"), settings.get("flag"), settings.get("tags")
    return Clip(
        job,
        rating=rating if type(rating) is int and 0 <= rating <= MAX_RATING else 0,
        flag=Flag(flag) if flag in list(Flag) else Flag.NONE,
        notes=_text(settings, "notes", longest=10_000),
        tags=tuple(tag for tag in tags if isinstance(tag, str))[:_MOST_WORDS] if isinstance(tags, list) else (),
        digest=content_digest(file),
    )


def _text(settings: Mapping[str, Any], name: str, otherwise: str = "", longest: int = 200) -> str:
    value = settings.get(name)
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
    return Cost(amount, unit) if amount.is_finite() and isinstance(unit, str) and 0 <= amount < _LARGEST else None
