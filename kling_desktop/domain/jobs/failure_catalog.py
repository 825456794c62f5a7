"""What each failure means, whether it cost anything as far as we know, and which actions may put it right.

One table for the card, the details, the queue, `render` and `resume`, so that none of them tells another story.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import JobAction, ReuseAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft

NOT_CHARGED = "Not charged: nothing was accepted."
REFUNDED = "Refunded by Leonardo, as far as we know."
MAY_COST_TWICE = "Sending it again may cost twice."
NO_MATCH_YET = "No clip at Leonardo fits so far; it seems not to have arrived."
BILLING_URL = "https://app.leonardo.ai/api-access"
"""Where the vendor sells API credit and makes keys."""

RecoveryAction = JobAction | ReuseAction
"""What may put a failure right."""


@dataclass(frozen=True, slots=True)
class FailureInfo:
    """What a failure means.

    Args:
        summary: Fits on one line of a card.
        explanation: What happened, as a sentence.
        hint: What the user can do, as a sentence.
        cost: Whether it cost anything, as a sentence.
        recovery: The actions that may put it right, the likeliest first.
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
            "The service doesn't accept this API key.",
            "Check the key in Settings, or make a new one at Leonardo.AI under API Access.",
            recovery=(JobAction.CHANGE_KEY, JobAction.RETRY),
            halts_queue_message="Sending stopped: the API key is not accepted. Change the key, then send the rest.",
        ),
        RefusalReason.CREDIT: FailureInfo(
            "There is not enough credit.",
            "Your API credit isn't enough for this.",
            "Add API credit at Leonardo.AI, then send it again.",
            recovery=(JobAction.OPEN_BILLING, JobAction.RETRY),
            halts_queue_message="Sending stopped: there is not enough credit. Add credit, then send the rest.",
        ),
        RefusalReason.MODEL: FailureInfo(
            "The model was refused.",
            "The service doesn't offer this model to your account.",
            "Look at Leonardo.AI which models your API plan covers.",
            recovery=(JobAction.OPEN_BILLING, JobAction.RETRY),
            halts_queue_message="Sending stopped: your plan doesn't include this model. Change it, then send the rest.",
        ),
        RefusalReason.MODERATION: FailureInfo(
            "The content filter refused it.",
            "The service's content filter refused this.",
            "Change the prompt or the picture it may have stumbled over, then send it again.",
        ),
        RefusalReason.MEDIA: FailureInfo(
            "A picture or video can't be used.",
            "The service can't use one of the images or the video.",
            "Check that each ID is an image's own (not a generation's), from this account, and marked rightly as "
            "uploaded or generated.",
            recovery=(ReuseAction.USE_SETTINGS, JobAction.RETRY),
        ),
        RefusalReason.PARAMETER: FailureInfo(
            "A setting was refused.", "The service refused one of the settings.", "Change it or leave it out."
        ),
        RefusalReason.OTHER: FailureInfo(
            "The request was refused.",
            "The service refused the request.",
            "Change the request, then send it again.",
            recovery=(ReuseAction.USE_SETTINGS, JobAction.RETRY),
        ),
    }
)
"""A refusal is a clear no to the order: nothing was accepted, whatever the reason."""

FAILED = FailureInfo(
    "Leonardo could not make it.",
    "Leonardo could not make this video, and gave no reason.",
    "Trying again often helps.",
    REFUNDED,
    (JobAction.RETRY, ReuseAction.USE_SETTINGS),
)
BLOCKED = FailureInfo(
    "Nothing usable came of it.",
    "Leonardo finished without a usable video. Its moderation may have held it back.",
    "Change what it may have stumbled over.",
    "May have been charged.",
)
UNKNOWN = FailureInfo(
    "No answer came.",
    "It was sent; no answer came.",
    MAY_COST_TWICE,
    "May have been charged.",
    (JobAction.CHOOSE_CLIP,),
)

_OF_A_SETTING = (JobAction.RETRY_WITHOUT_SEED, JobAction.RETRY_WITHOUT_ENHANCEMENT, ReuseAction.SHORTEN_PROMPT)
_COUNTS = ("", "One clip", "Two clips", "Three clips", "Four clips", "Five clips")
_TOO_LONG = re.compile(r"prompt\b.*\b(shorter|too long|at most|exceed|characters|length)", re.I | re.S)
# What the service says, what the draft must hold for that to be the reason, and what it then means.
_SETTINGS: tuple[tuple[Callable[[str], bool], Callable[[Draft], bool], FailureInfo], ...] = (
    (
        lambda said: "prompt_enhance" in said,
        lambda draft: draft.prompt_enhance is not None,
        replace(
            REFUSALS[RefusalReason.PARAMETER],
            summary="Prompt enhancement was refused.",
            explanation="This model takes no prompt enhancement.",
            recovery=(JobAction.RETRY_WITHOUT_ENHANCEMENT, ReuseAction.USE_SETTINGS),
        ),
    ),
    (
        lambda said: "seed" in said,
        lambda draft: draft.seed is not None,
        replace(
            REFUSALS[RefusalReason.PARAMETER],
            summary="The seed was refused.",
            explanation="This model takes no seed.",
            recovery=(JobAction.RETRY_WITHOUT_SEED, ReuseAction.USE_SETTINGS),
        ),
    ),
    (
        lambda said: _TOO_LONG.search(said) is not None,
        lambda _draft: True,
        replace(
            REFUSALS[RefusalReason.PARAMETER],
            summary="The prompt is too long.",
            explanation="The prompt is longer than the service takes.",
            hint="Shorten it, then send it again.",
            recovery=(ReuseAction.SHORTEN_PROMPT,),
        ),
    ),
)


def failure_info(job: Job) -> FailureInfo | None:
    """What became of an order that went wrong; None of one that goes on, is done, or was taken back."""
    match job.state:
        case job_states.Refused(reason=why, vendor_message=said):
            words = said.lower()
            mendable = why in (RefusalReason.PARAMETER, RefusalReason.OTHER)
            found = (told for says, holds, told in _SETTINGS if mendable and says(words) and holds(job.draft))
            return next(found, REFUSALS[why])
        case job_states.Failed():
            return FAILED
        case job_states.Blocked():
            return replace(BLOCKED, cost=f"May have cost {job.cost}.") if job.cost else BLOCKED
        case job_states.Unknown(candidates=candidates):
            return UNKNOWN if candidates else replace(UNKNOWN, recovery=())
        case _:
            return None


def failure_details(job: Job) -> tuple[str, str]:
    """What became of an order that went wrong, whether it cost anything and what to do, in a few sentences; and the
    service's own words where they say more.
    """
    meaning = failure_info(job)
    match job.state:
        case job_states.Unknown(needs_user=False):
            return f"{UNKNOWN.explanation} It is looked for in your account.", ""
        case job_states.Unknown(candidates=candidates):
            found = len(candidates)
            if not found:
                return f"{UNKNOWN.explanation} {NO_MATCH_YET} {MAY_COST_TWICE}", ""
            count = _COUNTS[found] if found < len(_COUNTS) else f"{found} clips"
            return f"{UNKNOWN.explanation} {count} at Leonardo could be this one. {MAY_COST_TWICE}", ""
        case job_states.Failed(message=what) | job_states.Blocked(message=what):
            return f"{what} {meaning.cost if meaning else ''}".strip(), ""
        case job_states.Refused(message=what, hint=advice, vendor_message=said):
            assert meaning is not None
            if meaning.recovery[0] in _OF_A_SETTING:  # says more than what was understood when the words came
                what, advice = meaning.explanation, meaning.hint
            sentence = " ".join(part for part in (what, meaning.cost, advice or meaning.hint) if part)
            return sentence, "" if said in sentence else f"Leonardo said: “{said}”"
        case _:
            return "", ""


def can_retry(job: Job) -> bool:
    """Whether the same request, sent anew, may well come through; nothing that may cost twice is among them."""
    meaning = failure_info(job)
    return isinstance(job.state, job_states.Failed | job_states.Refused) and bool(
        meaning and JobAction.RETRY in meaning.recovery
    )
