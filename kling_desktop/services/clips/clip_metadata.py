"""What a clip's file tells of itself: enough to make it again, and to take it into a library without a database."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.upload_plan import with_uploads
from kling_desktop.domain.library.concat_metadata import write_concat_clips
from kling_desktop.domain.library.lineage import write_lineage
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.domain.text import without_lone_surrogates

VERSION = 1
"""Of this form; a later one adds keys and takes none away."""
_TITLE = 80


def settings_of(job: Job, image: str, ended_at: float) -> dict[str, Any]:
    """Everything about the job that another computer, or the same one years later, can make use of.

    image: the clip's ID at the service. Times are ISO 8601 in UTC. No path of this computer is among it.
    """
    return {
        "app": "Kling Desktop",
        "version": VERSION,
        "job": job.id,
        "service": job.service,
        "profile": job.profile,
        "origin": job.submitted_from,
        "generation": job.generation,
        "image": image,
        "seed": job.seed,
        "cost": {"amount": str(job.cost.amount), "unit": job.cost.unit} if job.cost else None,
        "created_at": _moment(job.created_at),
        "sent_at": _moment(job.sent_at),
        "ended_at": _moment(ended_at),
        "preset": job.draft.preset,
        "preset_name": job.preset_name,
        "take": job.take,
        "way": type_of(job.draft).value,
        "lineage": write_lineage(job.draft),
        "request": build_body(with_uploads(job)),
    }


def settings_of_joined(jobs: Sequence[Job]) -> dict[str, Any]:
    """What a film tells that these clips were joined to, in their order: which they are, not how to make it again."""
    return {
        "app": "Kling Desktop",
        "version": VERSION,
        "joined": write_concat_clips(jobs),
    }


def to_json(settings: dict[str, Any]) -> str:
    """Readable by people, except for half a letter that came in with a paste, which no file takes as it is."""
    return json.dumps(settings, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def clip_title(job: Job) -> str:
    """A line that players show over a clip."""
    words = " ".join(without_lone_surrogates(job.draft.prompt).split())
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()
