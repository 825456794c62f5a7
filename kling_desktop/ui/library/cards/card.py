"""What a job's card says and offers, as a pure function of the job and the clock."""

from dataclasses import dataclass, replace
from math import ceil

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import Action, ExportAction, JobAction, Offer, ReuseAction
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.failure_catalog import FAILED, FailureInfo, failure_details, failure_info
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.text import plural
from kling_desktop.ui.theme import Tone

Offers = tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card.

    Args:
        word: The state in a word or two.
        led: The colour of the state.
        text: Two lines, or one above the reason.
        full: Everything, for the tooltip and screen readers.
        reason: Why it is in this state, on one line.
        left: A caption below, such as the elapsed time.
        right: Another one, such as the usual time; the length of a clip.
        fraction: 0 to 1, of the bytes moved or of the usual time; None where neither is known.
        buttons: What the card offers at a click.
        menu: All that it offers, the buttons among it.
        facts: Of a clip: type, aspect ratio, and price if known.
        rating: The stars of a clip.
        flag: Whether a clip is picked or rejected.
        has_notes: Whether a clip has notes.
        review: Rating, flag and tags in words.
    """

    word: str
    led: Tone
    text: str
    full: str = ""
    reason: str = ""
    left: str = ""
    right: str = ""
    fraction: float | None = None
    buttons: Offers = ()
    menu: Offers = ()
    facts: tuple[str, ...] = ()
    rating: int = 0
    flag: Flag = Flag.NONE
    has_notes: bool = False
    review: str = ""

    def offers(self, action: Action) -> bool:
        return any(offer.action is action for offer in self.menu)


LOADING = Card("Clip", Tone.OK, "")
"""The card of a clip that is still being loaded."""


def card(
    job: Job,
    *,
    now: float,
    paused: bool = False,
    progress: tuple[int, int | None] | None = None,
    estimate: DurationEstimate | None = None,
    missing: bool = False,
    position: int = 0,
) -> Card:
    """The card of a job at a moment.

    Args:
        job: The job or the finished clip.
        now: Seconds since the epoch.
        paused: Whether an unsent job waits until the user sends it.
        progress: Bytes moved, and the total if known.
        estimate: How long such jobs usually take, if known.
        missing: Whether the clip's file is not where it should be.
        position: The position among the unsent jobs, 1 for the next; 0 if there is none.
    """
    shown = _missing(job, title(job)) if missing else _of_state(job, title(job), now, paused, progress, estimate)
    if isinstance(job.state, job_states.Waiting):
        shown = replace(shown, left="Send it when you're ready" if paused else _position_text(position))
    parts = (shown.word, shown.full, job.notice, title(job))
    full = "\n".join(dict.fromkeys(part for part in parts if part))
    if job.notice:
        shown = replace(shown, reason=job.notice) if shown.reason else replace(shown, text=job.notice)
    return replace(shown, full=full)


def with_review(shown: Card, clip: Clip) -> Card:
    """The card of a clip, with its rating, flag, tags and notes."""
    stars = plural(clip.rating, one="{count} star", other="{count} stars") if clip.rating else ""
    flag = {Flag.PICK: "Picked", Flag.REJECT: "Rejected"}.get(clip.flag, "")
    review = " · ".join(filter(None, (flag, stars, ", ".join(clip.tags))))
    # That it is done can be seen; what was asked for comes first.
    described = shown.full.removeprefix("Done\n")
    full = "\n".join(filter(None, (described, " · ".join(shown.facts), review, clip.notes)))
    has_notes = bool(clip.notes.strip())
    return replace(shown, full=full, review=review, rating=clip.rating, flag=clip.flag, has_notes=has_notes)


def facts(job: Job) -> tuple[str, ...]:
    """Type, aspect ratio and price of a clip, in a few letters each."""
    price = (str(job.cost),) if job.cost else ()
    return (type_of(job.draft).value, job.draft.size.aspect, *price)


def title(job: Job) -> str:
    """The prompt on one line, after which of several takes it is."""
    prompt = " ".join(job.draft.prompt.split())
    return f"Take {job.take} of {job.takes} · {prompt}" if job.takes > 1 else prompt


def ticks(job: Job) -> bool:
    """Whether its card changes by the second."""
    is_sought = isinstance(job.state, job_states.Unknown) and not job.state.needs_user
    return is_sought or isinstance(job.state, job_states.Held | job_states.Generating)


def minutes(seconds: float) -> str:
    """72 → "1:12"."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def megabytes(progress: tuple[int, int | None] | None) -> str:
    """(3_100_000, 8_400_000) → "3.1 of 8.4 MB"; "" before the first byte."""
    if progress is None:
        return ""
    done, total = progress
    return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else f"{done / 1e6:.1f} MB"


def _offers(*actions: Action) -> Offers:
    return tuple(Offer(action) for action in actions)


_ENDED = _offers(ReuseAction.USE_SETTINGS, JobAction.REMOVE)
_AT_LEONARDO = _offers(ReuseAction.USE_SETTINGS, JobAction.SAVE_ELSEWHERE, JobAction.FORGET)


def _of_state(
    job: Job,
    prompt: str,
    now: float,
    paused: bool,
    progress: tuple[int, int | None] | None,
    estimate: DurationEstimate | None,
) -> Card:
    elapsed = max(0.0, now - (job.sent_at or now))
    moved, total = progress or (0, None)
    part = min(1.0, moved / total) if total else None
    match job.state:
        case job_states.Waiting():
            buttons = _offers(JobAction.SEND_NOW if paused else JobAction.PAUSE, JobAction.EDIT)
            why = "Not sent yet: send it or cancel it." if paused else "It's sent as soon as there's room."
            menu = (*buttons, *_offers(JobAction.MOVE_TO_FRONT, JobAction.CANCEL))
            return Card("Paused" if paused else "Waiting", Tone.IDLE, prompt, why, buttons=buttons, menu=menu)
        case job_states.Held(until=until):
            buttons = (Offer(JobAction.UNDO, job.takes), Offer(JobAction.SEND_NOW))
            this_take = _offers(JobAction.CANCEL) if job.takes > 1 else ()
            menu = (*buttons, *_offers(JobAction.PAUSE, JobAction.EDIT), *this_take)
            return Card(f"Sending in {max(1, ceil(until - now))} s", Tone.IDLE, prompt, buttons=buttons, menu=menu)
        case job_states.Uploading():
            menu = _offers(JobAction.CANCEL, JobAction.PAUSE, JobAction.EDIT, JobAction.SAVE_ELSEWHERE)
            left = megabytes(progress)
            return Card("Uploading", Tone.BUSY, prompt, left=left, fraction=part, buttons=menu[:1], menu=menu)
        case job_states.Sending():
            return Card("Sending", Tone.BUSY, prompt, menu=_offers(ReuseAction.USE_SETTINGS))
        case job_states.Unknown(needs_user=needs_user, candidates=candidates):
            return _unknown(job, prompt, len(candidates), None if needs_user else elapsed)
        case job_states.Generating():
            return Card(
                "Generating",
                Tone.BUSY,
                prompt,
                "It continues at Leonardo, and is charged, whether or not the app is running.",
                left=minutes(elapsed),
                right=_compared_with_usual(elapsed, estimate) if estimate else "",
                fraction=min(1.0, elapsed / estimate.median) if estimate else None,
                menu=_AT_LEONARDO,
            )
        case job_states.Made():
            return Card("Finished", Tone.BUSY, prompt, left="Download starting", menu=_AT_LEONARDO)
        case job_states.Downloading() if job.notice:  # its folder can't take it; any other problem makes it ask again
            menu = _offers(JobAction.SAVE_ELSEWHERE, ReuseAction.USE_SETTINGS, JobAction.FORGET)
            return Card("Not saved yet", Tone.ODD, prompt, buttons=menu[:1], menu=menu)
        case job_states.Downloading():
            word = "Downloading" if part is None else f"Downloading · {int(part * 100)} %"
            return Card(word, Tone.BUSY, prompt, left=megabytes(progress), fraction=part, menu=_AT_LEONARDO)
        case job_states.Done():
            delete = (JobAction.DELETE_AT_LEONARDO,) if job.generation else ()
            menu = _offers(
                *(JobAction.OPEN, ReuseAction.EDIT_VIDEO, ReuseAction.USE_SETTINGS, ExportAction.SHOW_IN_FOLDER),
                *(*delete, JobAction.REMOVE),
            )
            kept = "Content Credentials kept" if job.has_credentials else ""
            right = minutes(job.draft.duration)
            return Card("Done", Tone.OK, prompt, kept, left=kept, right=right, menu=menu, facts=facts(job))
        case job_states.Failed():
            menu = _offers(JobAction.RETRY, JobAction.SHOW_DETAILS, ReuseAction.USE_SETTINGS, JobAction.REMOVE)
            return _failure(job, prompt, "Failed", "Refunded, as far as we know", menu)
        case job_states.Blocked():
            menu = _offers(ReuseAction.USE_SETTINGS, JobAction.SHOW_DETAILS, JobAction.REMOVE)
            return _failure(job, prompt, "Blocked", _info(job).cost.rstrip("."), menu)
        case job_states.Refused():
            first, *others = _info(job).recovery
            rest = (JobAction.RETRY, ReuseAction.USE_SETTINGS, JobAction.REMOVE)
            menu = _offers(*dict.fromkeys((first, JobAction.SHOW_DETAILS, *others, *rest)))
            return _failure(job, prompt, "Refused · not charged", "", menu)
        case job_states.Cancelled():
            why = "Cancelled before it was sent."
            return Card("Cancelled", Tone.IDLE, prompt, why, buttons=_ENDED[:1], menu=_ENDED)
        case job_states.Forgotten():
            why = "No longer tracked. Leonardo may still have it, and may have charged it."
            return Card("Forgotten", Tone.IDLE, prompt, why, buttons=_ENDED[:1], menu=_ENDED)


def _missing(job: Job, prompt: str) -> Card:
    download = (JobAction.DOWNLOAD_AGAIN,) if job.generation else ()
    buttons = _offers(*download, JobAction.FIND_FILE)
    full = "Its file was moved, renamed or deleted outside the app. Downloading it again is free."
    right = minutes(job.draft.duration)
    return Card("File missing", Tone.BAD, prompt, full, right=right, buttons=buttons, menu=(*buttons, *_ENDED))


def _unknown(job: Job, prompt: str, found: int, elapsed: float | None) -> Card:
    full = failure_details(job)[0]
    if elapsed is not None:
        left = f"Looking for it · {minutes(elapsed)}"
        return Card("Outcome unknown", Tone.ODD, prompt, full, "The connection was lost.", left)
    buttons = _offers(JobAction.CHOOSE_CLIP, JobAction.SEND_AGAIN)
    left = plural(found, one="{count} clip could be it", other="{count} clips could be it")
    reason = "No answer arrived."
    if not found:
        buttons = _offers(JobAction.SEND_AGAIN, JobAction.FORGET)
        left, reason = "No matching clip at Leonardo so far", "It probably never arrived."
    menu = tuple(
        dict.fromkeys((*buttons, *_offers(JobAction.FORGET, JobAction.SHOW_DETAILS, ReuseAction.USE_SETTINGS)))
    )
    return Card("Outcome unknown", Tone.ODD, prompt, full, reason, left, buttons=buttons, menu=menu)


def _failure(job: Job, prompt: str, word: str, left: str, menu: Offers) -> Card:
    full = "\n".join(part for part in failure_details(job) if part)
    return Card(word, Tone.BAD, prompt, full, _info(job).summary, left, buttons=menu[:2], menu=menu)


def _info(job: Job) -> FailureInfo:
    return failure_info(job) or FAILED


def _position_text(position: int) -> str:
    if position < 1:
        return ""
    return "Next" if position == 1 else f"Number {position} in the queue"


def _compared_with_usual(elapsed: float, estimate: DurationEstimate) -> str:
    return "slower than usual" if elapsed > estimate.late else f"usually {minutes(estimate.median)}"
