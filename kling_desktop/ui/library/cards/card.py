"""What a job's card says and offers: a pure function of the job and the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from types import MappingProxyType

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.failure_catalog import FAILED, FailureInfo, Mend, failure_details, failure_info
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.text import plural
from kling_desktop.ui.theme import Tone

Verbs = tuple[tuple[str, str], ...]

DETAILS = ("Details", "details")
REMOVE = ("Remove from list", "remove")
CANCEL = ("Cancel", "cancel")
EDIT = ("Edit", "edit")
PAUSE = ("Pause", "pause")
SEND = ("Send", "resume")
TO_FRONT = ("To the front", "to_front")
FORGET = ("Forget…", "forget")
ELSEWHERE = ("Save elsewhere…", "save_elsewhere")
SEND_AGAIN = ("Send again…", "send_again")

MENDS: Mapping[Mend, tuple[str, str]] = MappingProxyType(
    {
        mend: (label, mend.value)
        for mend, label in (
            (Mend.TRY_AGAIN, "Try again"),
            (Mend.CHANGE_KEY, "Change key…"),
            (Mend.OPEN_BILLING, "Open billing"),
            (Mend.SHORTEN, "Shorten it"),
            (Mend.REMOVE_SEED, "Remove and send"),
            (Mend.REMOVE_ENHANCE, "Remove and send"),
            (Mend.CHOOSE, "Choose…"),
            (Mend.CHANGE, "Use settings"),
        )
    }
)
"""The buttons that fix what went wrong: (label, verb)."""
USE = MENDS[Mend.CHANGE]
RETRY = MENDS[Mend.TRY_AGAIN]
_ENDED: Verbs = (USE, REMOVE)
_CLIP: Verbs = (("Open", "open"), ("Edit video", "edit_video"), USE, ("Show in folder", "show_in_folder"), REMOVE)


FETCH = ("Fetch again", "fetch_again")
FIND = ("Find it…", "find_file")
DELETE_THERE = ("Delete at Leonardo too…", "delete_at_leonardo")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. text gets two lines, or one above the line of reason; full is for the tooltip and screen readers.

    fraction, 0 to 1, is of bytes moved or of the estimated time; None where neither is known. buttons and menu are
    (label, verb); the menu includes the buttons. facts belong to a clip: type, shape, and price if known. rating, flag
    and has_notes come from its review; review puts them into words.
    """

    word: str
    led: Tone
    text: str
    full: str = ""
    reason: str = ""
    left: str = ""
    right: str = ""
    fraction: float | None = None
    buttons: Verbs = ()
    menu: Verbs = ()
    facts: tuple[str, ...] = ()
    rating: int = 0
    flag: Flag = Flag.NONE
    has_notes: bool = False
    review: str = ""

    def offers(self, verb: str) -> bool:
        return any(verb == offered for _, offered in self.menu)


NOT_YET = Card("Clip", Tone.OK, "")
"""A clip that is still loading."""


def card(
    job: Job,
    *,
    now: float,
    paused: bool = False,
    progress: tuple[int, int | None] | None = None,
    usual: DurationEstimate | None = None,
    missing: bool = False,
    place: int = 0,
) -> Card:
    """The card of a job at a moment. progress is (bytes moved, total bytes if known); times are in seconds.

    missing: the clip's file is not where it should be. place: the position in the queue, 1 for the next; 0 for none.
    """
    drawn = _missing(job, title(job)) if missing else _of_state(job, title(job), now, paused, progress, usual)
    if isinstance(job.state, job_states.Waiting):
        drawn = replace(drawn, left="Send it when you're ready" if paused else _in_line(place))
    said = (drawn.word, drawn.full, job.notice, title(job))
    full = "\n".join(dict.fromkeys(part for part in said if part))
    if job.notice:
        drawn = replace(drawn, reason=job.notice) if drawn.reason else replace(drawn, text=job.notice)
    return replace(drawn, full=full)


def with_review(shown: Card, clip: Clip) -> Card:
    """The card of a clip, with its review."""
    stars = plural(clip.rating, one="{count} star", other="{count} stars") if clip.rating else ""
    mark = {Flag.PICK: "Picked", Flag.REJECT: "Rejected"}.get(clip.flag, "")
    tags = ", ".join(clip.tags)
    opinion = " · ".join(filter(None, (mark, stars, tags)))
    # Being done is obvious; the prompt comes first.
    told = shown.full.removeprefix("Done\n")
    full = "\n".join(filter(None, (told, " · ".join(shown.facts), opinion, clip.notes)))
    noted = bool(clip.notes.strip())
    return replace(shown, full=full, review=opinion, rating=clip.rating, flag=clip.flag, has_notes=noted)


def facts(job: Job) -> tuple[str, ...]:
    """Type, size and price of a clip, in a few letters each."""
    price = (str(job.cost),) if job.cost else ()
    return (type_of(job.draft).value, job.draft.size.aspect, *price)


def title(job: Job) -> str:
    """Its prompt on one line, preceded by its number among several takes."""
    prompt = " ".join(job.draft.prompt.split())
    return f"Take {job.take} of {job.takes} · {prompt}" if job.takes > 1 else prompt


def _in_line(place: int) -> str:
    return "" if place < 1 else "Next" if place == 1 else f"Number {place} in the queue"


def ticks(job: Job) -> bool:
    """Whether its card changes every second."""
    looked_for = isinstance(job.state, job_states.Unknown) and not job.state.needs_user
    return looked_for or isinstance(job.state, job_states.Held | job_states.Generating)


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


def _of_state(
    job: Job,
    prompt: str,
    now: float,
    paused: bool,
    progress: tuple[int, int | None] | None,
    usual: DurationEstimate | None,
) -> Card:
    elapsed = max(0.0, now - (job.sent_at or now))
    moved, total = progress or (0, None)
    part = min(1.0, moved / total) if total else None
    match job.state:
        case job_states.Waiting():
            buttons = (SEND if paused else PAUSE, EDIT)
            why = "Not sent yet: send it or cancel it." if paused else "It's sent as soon as there's room."
            word = "Paused" if paused else "Waiting"
            return Card(word, Tone.IDLE, prompt, why, buttons=buttons, menu=(*buttons, TO_FRONT, CANCEL))
        case job_states.Held(until=until):
            word = f"Sending in {max(1, ceil(until - now))} s"
            several = job.takes > 1
            buttons = (("Undo all" if several else "Undo", "undo"), ("Send now", "send_now"))
            alone: Verbs = (("Undo this take", "cancel"),) if several else ()
            return Card(word, Tone.IDLE, prompt, buttons=buttons, menu=(*buttons, *alone, PAUSE, EDIT))
        case job_states.Uploading():
            left = megabytes(progress)
            return Card(
                "Uploading",
                Tone.BUSY,
                prompt,
                left=left,
                fraction=part,
                buttons=(CANCEL,),
                menu=(CANCEL, PAUSE, EDIT, ELSEWHERE),
            )
        case job_states.Sending():
            return Card("Sending", Tone.BUSY, prompt, menu=(USE,))
        case job_states.Unknown(needs_user=asked, candidates=candidates):
            return _unknown(job, prompt, len(candidates), elapsed if not asked else None)
        case job_states.Generating():
            return Card(
                "Generating",
                Tone.BUSY,
                prompt,
                "It continues at Leonardo, and is charged, whether or not the app is running.",
                left=minutes(elapsed),
                right=_against_the_usual(elapsed, usual) if usual else "",
                fraction=min(1.0, elapsed / usual.median) if usual else None,
                menu=(USE, ELSEWHERE, FORGET),
            )
        case job_states.Made():
            return Card("Finished", Tone.BUSY, prompt, left="Download starting", menu=(USE, ELSEWHERE, FORGET))
        case job_states.Downloading() if (
            job.notice
        ):  # the folder won't take it; after any other failure a new address is fetched
            waits = (ELSEWHERE, USE, FORGET)
            return Card("Not saved yet", Tone.ODD, prompt, buttons=(ELSEWHERE,), menu=waits)
        case job_states.Downloading():
            left = megabytes(progress)
            word = "Downloading" if part is None else f"Downloading · {int(part * 100)} %"
            return Card(word, Tone.BUSY, prompt, left=left, fraction=part, menu=(USE, ELSEWHERE, FORGET))
        case job_states.Done():
            menu = (*_CLIP[:-1], DELETE_THERE, REMOVE) if job.generation else _CLIP
            return Card("Done", Tone.OK, prompt, right=minutes(job.draft.duration), menu=menu, facts=facts(job))
        case job_states.Failed():
            left = "Refunded, as far as we know"
            return _went_wrong(job, prompt, "Failed", left, (RETRY, DETAILS, USE, REMOVE))
        case job_states.Blocked():
            return _went_wrong(job, prompt, "Blocked", _told(job).cost.rstrip("."), (USE, DETAILS, REMOVE))
        case job_states.Refused():
            mends = tuple(MENDS[mend] for mend in _told(job).mends)
            menu = tuple(dict.fromkeys((mends[0], DETAILS, *mends, RETRY, USE, REMOVE)))
            return _went_wrong(job, prompt, "Refused · not charged", "", menu)
        case job_states.Cancelled():
            return Card("Cancelled", Tone.IDLE, prompt, "Cancelled before it was sent.", buttons=(USE,), menu=_ENDED)
        case job_states.Forgotten():
            why = "No longer tracked. Leonardo may still have it, and may have charged it."
            return Card("Forgotten", Tone.IDLE, prompt, why, buttons=(USE,), menu=_ENDED)


def _missing(job: Job, prompt: str) -> Card:
    buttons = (FETCH, FIND) if job.generation else (FIND,)
    full = "Its file was moved, renamed or deleted outside the app. Downloading it again is free."
    right = minutes(job.draft.duration)
    return Card("File missing", Tone.BAD, prompt, full, right=right, buttons=buttons, menu=(*buttons, USE, REMOVE))


def _against_the_usual(elapsed: float, usual: DurationEstimate) -> str:
    return "slower than usual" if elapsed > usual.late else f"usually {minutes(usual.median)}"


def _unknown(job: Job, prompt: str, found: int, elapsed: float | None) -> Card:
    full = failure_details(job)[0]
    if elapsed is not None:
        left = f"Looking for it · {minutes(elapsed)}"
        return Card("Outcome unknown", Tone.ODD, prompt, full, "The connection was lost.", left)
    choose: Verbs = (("Choose…", "choose"),) if found else ()
    buttons = (*choose, SEND_AGAIN) if found else (SEND_AGAIN, FORGET)
    menu = (*choose, SEND_AGAIN, FORGET, DETAILS, USE)
    left = (
        plural(found, one="{count} clip could be it", other="{count} clips could be it")
        if found
        else "No matching clip at Leonardo so far"
    )
    reason = "No answer arrived." if found else "It probably never arrived."
    return Card("Outcome unknown", Tone.ODD, prompt, full, reason, left, buttons=buttons, menu=menu)


def _went_wrong(job: Job, prompt: str, word: str, left: str, menu: Verbs) -> Card:
    full = "\n".join(part for part in failure_details(job) if part)
    return Card(word, Tone.BAD, prompt, full, _told(job).summary, left, buttons=menu[:2], menu=menu)


def _told(job: Job) -> FailureInfo:
    return failure_info(job) or FAILED
