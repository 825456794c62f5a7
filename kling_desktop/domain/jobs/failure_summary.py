"""What went wrong, several orders in one sentence each: for those who were away while it happened."""

from collections.abc import Iterable

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import failure_info
from kling_desktop.domain.jobs.job import Job

_REFUSED = {
    RefusalReason.MODERATION: "refused by the content filter",
    RefusalReason.MEDIA: "refused, as a picture or video can't be used",
    RefusalReason.PARAMETER: "refused, as a setting wasn't taken",
    RefusalReason.OTHER: "refused by the service",
}
_LONGEST = 60


def failure_kind(job: Job) -> str:
    """How it went wrong, to go after "3 clips:"; "" of one that goes on, is done, or was taken back, and of a refusal
    that all others would meet too: that is said by itself.
    """
    match job.state:
        case job_states.Refused(reason=why):
            return _REFUSED.get(why, "")
        case job_states.Failed():
            return "failed at Leonardo"
        case job_states.Blocked():
            return "came back without a usable video"
        case job_states.Unknown(needs_user=True):
            return "no answer came, so the outcome is unknown"
        case _:
            return ""


def summarize_failures(jobs: Iterable[Job]) -> str:
    """Of jobs that went wrong in the same way: how many, how, whether that cost anything, and what they were."""
    these = list(jobs)
    cost = {meaning.cost for job in these if (meaning := failure_info(job))}
    count = "1 clip" if len(these) == 1 else f"{len(these)} clips"
    prompts = list(dict.fromkeys(_short(job.draft.prompt) for job in these))
    which = f"“{prompts[0]}”" if len(prompts) == 1 else f"“{prompts[0]}” and {len(prompts) - 1} more"
    told = " ".join(sorted(cost)) if len(cost) == 1 else ""
    return f"{count}: {failure_kind(these[0])}. {told} {which}".replace("  ", " ")


def _short(prompt: str) -> str:
    words = " ".join(prompt.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()}…"
