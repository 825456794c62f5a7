"""Failures summed up for people who were away: several of one kind in one sentence."""

from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import failure_info
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.text import plural, shorten

_PROMPT_LIMIT = 60


class FailureKind(Enum):
    """How a job went wrong. Failures of one kind are told together."""

    CONTENT_FILTER = "content filter"
    MEDIA = "media"
    SETTING = "setting"
    REFUSED = "refused"
    FAILED = "failed"
    NO_VIDEO = "no video"
    NO_ANSWER = "no answer"


class _Forms(NamedTuple):
    one: str
    other: str


_SENTENCES: Mapping[FailureKind, _Forms] = MappingProxyType(
    {
        FailureKind.CONTENT_FILTER: _Forms(
            "The content filter refused {count} clip: {prompts}.",
            "The content filter refused {count} clips: {prompts}.",
        ),
        FailureKind.MEDIA: _Forms(
            "{count} clip was refused because an image or video can't be used: {prompts}.",
            "{count} clips were refused because an image or video can't be used: {prompts}.",
        ),
        FailureKind.SETTING: _Forms(
            "{count} clip was refused because of a setting: {prompts}.",
            "{count} clips were refused because of a setting: {prompts}.",
        ),
        FailureKind.REFUSED: _Forms(
            "Leonardo refused {count} clip: {prompts}.",
            "Leonardo refused {count} clips: {prompts}.",
        ),
        FailureKind.FAILED: _Forms(
            "{count} clip failed at Leonardo: {prompts}.",
            "{count} clips failed at Leonardo: {prompts}.",
        ),
        FailureKind.NO_VIDEO: _Forms(
            "{count} clip came back without a usable video: {prompts}.",
            "{count} clips came back without a usable video: {prompts}.",
        ),
        FailureKind.NO_ANSWER: _Forms(
            "No answer came about {count} clip, so its outcome is unknown: {prompts}.",
            "No answer came about {count} clips, so their outcome is unknown: {prompts}.",
        ),
    }
)
_REFUSED = {
    RefusalReason.MODERATION: FailureKind.CONTENT_FILTER,
    RefusalReason.MEDIA: FailureKind.MEDIA,
    RefusalReason.PARAMETER: FailureKind.SETTING,
    RefusalReason.OTHER: FailureKind.REFUSED,
}


def failure_kind(job: Job) -> FailureKind | None:
    """Return how a job went wrong.

    None if it is under way or done or was cancelled, and for a refusal that every other job would meet, too: that one
    is told by itself.
    """
    match job.state:
        case job_states.Refused(reason=reason):
            return _REFUSED.get(reason)
        case job_states.Failed():
            return FailureKind.FAILED
        case job_states.Blocked():
            return FailureKind.NO_VIDEO
        case job_states.Unknown(needs_user=True):
            return FailureKind.NO_ANSWER
        case _:
            return None


def summarize_failures(kind: FailureKind, jobs: Iterable[Job]) -> str:
    """Say how many jobs went wrong in a way, what they were, and whether that cost anything."""
    failed = list(jobs)
    costs = {info.cost for job in failed if (info := failure_info(job))}
    first, *others = dict.fromkeys(shorten(job.draft.prompt, _PROMPT_LIMIT) for job in failed)
    prompts = f"“{first}”"
    if others:
        one = other = "“{first}” and {count} more"
        prompts = plural(len(others), one=one, other=other, first=first)
    sentence = plural(len(failed), **_SENTENCES[kind]._asdict(), prompts=prompts)
    return f"{sentence} {costs.pop()}" if len(costs) == 1 else sentence
