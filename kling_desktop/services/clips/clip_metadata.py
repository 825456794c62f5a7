"""The metadata in a clip's file: enough to create it again, and to add it to a library that has no database."""

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
from kling_desktop.domain.text import shorten, without_lone_surrogates

VERSION = 1
"""Of this format. A later one adds keys and removes none."""
_MAX_TITLE = 80


def build_clip_metadata(job: Job, image: str, ended_at: float) -> dict[str, Any]:
    """Return everything about a job that another computer, or this one in years to come, can use.

    Times are ISO 8601 in UTC. There are no paths of this computer in it.

    Args:
        job: Whose clip it is.
        image: The clip's ID at the service.
        ended_at: When it was finished.
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


def build_concat_metadata(jobs: Sequence[Job]) -> dict[str, Any]:
    """Return the metadata of a video that these clips were concatenated to, in order. It names them, no more."""
    return {
        "app": "Kling Desktop",
        "version": VERSION,
        "joined": write_concat_clips(jobs),
    }


def to_json(metadata: dict[str, Any]) -> str:
    """Write metadata so that people can read it. Lone surrogates of a paste are escaped: no file can hold them."""
    return json.dumps(metadata, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def clip_title(job: Job) -> str:
    """Return the title that players show for a clip."""
    return shorten(without_lone_surrogates(job.draft.prompt), _MAX_TITLE)


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()
