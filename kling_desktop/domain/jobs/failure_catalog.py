"""What each failure means, whether it cost anything as far as we know, and which actions may fix it.

One table for the card, the details, the queue, `render` and `resume`, so that they all say the same.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import JobAction, ReuseAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.text import as_sentence, plural

NOT_CHARGED = "Not charged: Leonardo didn't accept the request."
REFUNDED = "Refunded by Leonardo, as far as we know."
MAY_COST_TWICE = "Sending it again could cost twice."
NO_MATCH_YET = "There is no matching clip at Leonardo so far. The request probably never arrived."
BILLING_URL = "https://app.leonardo.ai/api-access"
"""Where the vendor sells API credit and creates keys."""

RecoveryAction = JobAction | ReuseAction
"""The actions that may fix a failure."""


@dataclass(frozen=True, slots=True)
class FailureInfo:
    """What a failure means.

    Attributes:
        summary: Fits on one line of a card.
        explanation: What happened, as a sentence.
        hint: What the user can do, as a sentence.
        cost: Whether it cost anything, as a sentence.
        recovery: The actions that may fix it, the likeliest first.
        halts_queue_message: Said once if every other job would fail in the same way; "" if not.
    """

    summary: str
    explanation: str
    hint: str
    cost: str = NOT_CHARGED
    recovery: tuple[RecoveryAction, ...] = (ReuseAction.USE_SETTINGS,)
    halts_queue_message: str = ""


REFUSALS: Mapping[RefusalReason, FailureInfo] = MappingProxyType(
    {
        RefusalReason.KEY: FailureInfo(
            "The API key was refused.",
            "Leonardo doesn't accept this API key.",
            "Enter another key in Settings, or create a new one at Leonardo.AI under API Access.",
            recovery=(JobAction.CHANGE_KEY, JobAction.RETRY),
            halts_queue_message="Sending stopped: Leonardo doesn't accept the API key. "
            "Change the key, then send the rest.",
        ),
        RefusalReason.CREDIT: FailureInfo(
            "Not enough credit.",
            "You don't have enough API credit for this.",
            "Add API credit at Leonardo.AI, then send it again.",
            recovery=(JobAction.OPEN_BILLING, JobAction.RETRY),
            halts_queue_message="Sending stopped: not enough credit. Add credit, then send the rest.",
        ),
        RefusalReason.MODEL: FailureInfo(
            "The model was refused.",
            "Leonardo doesn't offer this model to your account.",
            "Check at Leonardo.AI which models your API plan includes.",
            recovery=(JobAction.OPEN_BILLING, JobAction.RETRY),
            halts_queue_message="Sending stopped: your API plan doesn't include this model. "
            "Change the plan, then send the rest.",
        ),
        RefusalReason.MODERATION: FailureInfo(
            "Refused by the content filter.",
            "Leonardo's content filter refused this.",
            "Change the prompt or the image that may have triggered it, then send it again.",
        ),
        RefusalReason.MEDIA: FailureInfo(
            "An image or video can't be used.",
            "Leonardo can't use one of the images or the video.",
            "Make sure that each ID is an image's own (not a generation's), belongs to this account, and is marked "
            "correctly as uploaded or generated.",
            recovery=(ReuseAction.USE_SETTINGS, JobAction.RETRY),
        ),
        RefusalReason.PARAMETER: FailureInfo(
            "A setting was refused.", "Leonardo refused one of the settings.", "Change it or leave it out."
        ),
        RefusalReason.OTHER: FailureInfo(
            "The request was refused.",
            "Leonardo refused the request.",
            "Change the request, then send it again.",
            recovery=(ReuseAction.USE_SETTINGS, JobAction.RETRY),
        ),
    }
)
"""Whatever the reason, a refusal means that nothing was accepted or charged."""

FAILED = FailureInfo(
    "Generation failed.",
    "Leonardo couldn't generate this video and gave no reason.",
    "Trying again often helps.",
    REFUNDED,
    (JobAction.RETRY, ReuseAction.USE_SETTINGS),
)
BLOCKED = FailureInfo(
    "No usable video.",
    "Leonardo finished without a usable video. Its content filter may have held it back.",
    "Change what may have triggered it.",
    "May have been charged.",
)
UNKNOWN = FailureInfo(
    "No answer from Leonardo.",
    "The request was sent, but no answer came.",
    MAY_COST_TWICE,
    "May have been charged.",
    (JobAction.CHOOSE_CLIP,),
)

_SETTING_ACTIONS = (JobAction.RETRY_WITHOUT_SEED, JobAction.RETRY_WITHOUT_ENHANCEMENT, ReuseAction.SHORTEN_PROMPT)
_TOO_LONG = re.compile(r"prompt\b.*\b(shorter|too long|at most|exceed|characters|length)", re.I | re.S)
# What the service's words contain, what the draft must contain for that to be the reason, and what it then means.
_SETTINGS: tuple[tuple[Callable[[str], bool], Callable[[Draft], bool], FailureInfo], ...] = (
    (
        lambda said: "prompt_enhance" in said,
        lambda draft: draft.prompt_enhance is not None,
        replace(
            REFUSALS[RefusalReason.PARAMETER],
            summary="Prompt enhancement was refused.",
            explanation="This model doesn't take prompt enhancement.",
            recovery=(JobAction.RETRY_WITHOUT_ENHANCEMENT, ReuseAction.USE_SETTINGS),
        ),
    ),
    (
        lambda said: "seed" in said,
        lambda draft: draft.seed is not None,
        replace(
            REFUSALS[RefusalReason.PARAMETER],
            summary="The seed was refused.",
            explanation="This model doesn't take a seed.",
            recovery=(JobAction.RETRY_WITHOUT_SEED, ReuseAction.USE_SETTINGS),
        ),
    ),
    (
        lambda said: _TOO_LONG.search(said) is not None,
        lambda _draft: True,
        replace(
            REFUSALS[RefusalReason.PARAMETER],
            summary="The prompt is too long.",
            explanation="The prompt is longer than Leonardo allows.",
            hint="Shorten it, then send it again.",
            recovery=(ReuseAction.SHORTEN_PROMPT,),
        ),
    ),
)


class FailureDetails(NamedTuple):
    """What to tell of a failed job.

    Attributes:
        message: What happened, whether it cost anything, and what to do, in a few sentences.
        vendor_message: The service's own words; "" if they add nothing.
    """

    message: str = ""
    vendor_message: str = ""


def failure_info(job: Job) -> FailureInfo | None:
    """Return what went wrong with a job; None if it is under way or done, or was cancelled."""
    match job.state:
        case job_states.Refused(reason=reason, vendor_message=vendor_message):
            words = vendor_message.lower()
            may_be_setting = reason in (RefusalReason.PARAMETER, RefusalReason.OTHER)
            found = (info for says, holds, info in _SETTINGS if may_be_setting and says(words) and holds(job.draft))
            return next(found, REFUSALS[reason])
        case job_states.Failed():
            return FAILED
        case job_states.Blocked():
            return replace(BLOCKED, cost=f"May have cost {job.cost}.") if job.cost else BLOCKED
        case job_states.Unknown(candidates=candidates):
            return UNKNOWN if candidates else replace(UNKNOWN, recovery=())
        case _:
            return None


def failure_details(job: Job) -> FailureDetails:
    """Return what to tell of a job that went wrong; empty for any other job."""
    info = failure_info(job)
    match job.state:
        case job_states.Unknown(needs_user=False):
            return FailureDetails(f"{UNKNOWN.explanation} Kling Desktop is looking for it in your account.")
        case job_states.Unknown(candidates=()):
            return FailureDetails(f"{UNKNOWN.explanation} {NO_MATCH_YET} {MAY_COST_TWICE}")
        case job_states.Unknown(candidates=candidates):
            matches = plural(
                len(candidates),
                one="{count} clip at Leonardo could be this one.",
                other="{count} clips at Leonardo could be this one.",
            )
            return FailureDetails(f"{UNKNOWN.explanation} {matches} {MAY_COST_TWICE}")
        case job_states.Failed(message=message) | job_states.Blocked(message=message):
            return FailureDetails(f"{as_sentence(message)} {info.cost if info else ''}".strip())
        case job_states.Refused(message=message, hint=hint, vendor_message=vendor_message):
            assert info is not None
            if info.recovery[0] in _SETTING_ACTIONS:  # more specific than what was understood when the answer came
                message, hint = info.explanation, info.hint
            whole = " ".join(part for part in (as_sentence(message), info.cost, hint or info.hint) if part)
            return FailureDetails(whole, "" if vendor_message in whole else f"Leonardo said: “{vendor_message}”")
        case _:
            return FailureDetails()


def can_retry(job: Job) -> bool:
    """Whether the same request may go through if it is sent again, without the risk of paying twice."""
    info = failure_info(job)
    return isinstance(job.state, job_states.Failed | job_states.Refused) and bool(
        info and JobAction.RETRY in info.recovery
    )
